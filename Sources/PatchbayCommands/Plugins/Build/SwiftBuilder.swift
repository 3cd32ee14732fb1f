import Patchbay

/// Builds plugins written in Swift: the compiler is called directly, and modules outside of the plugin are built once.
struct SwiftBuilder {
    private let request: BuildRequest
    private let tools: Toolchain.Swift
    private let cache: BuildCache
    private var form: PluginForm { request.form }
    /// Folders with finished modules, by module.
    private var built: [String: Built] = [:]

    private struct Built {
        let folder: String
        let isSwift: Bool
        /// Changes whenever the module does.
        let identity: String
        let objects: [String]
    }

    init(_ request: BuildRequest) throws(CommandError) {
        self.request = request
        tools = try Toolchain.swift()
        cache = try .standard(request.sdk)
    }

    /// Makes the module or the program.
    mutating func build() throws(CommandError) {
        let project = request.project
        let own = try SourceModule.modules(of: project.folder, called: PluginName.typeName(project.manifest.name))
        guard let root = Self.root(of: own) else {
            throw CommandError(
                .fields, "\(project.folder.quotedForMessage) has no Swift sources",
                advice: "put them into 'Sources/\(PluginName.typeName(project.manifest.name))'")
        }
        var graph = ModuleGraph()
        graph.add(own)
        let sdk = try SourceModule.modules(of: try request.sdk.folder(.swift), called: "")
        graph.add(sdk)
        for package in try SourceModule.dependencies(of: project.folder) {
            graph.add(try SourceModule.modules(of: package, called: Path.name(package)))
        }
        let order = graph.order(from: root)
        // What a system has, only the compiler of programs knows.
        if form == .wasm, !graph.unknown.isEmpty {
            return try SwiftPackageBuild(request, tools, foreign: graph.unknown.sorted()).build()
        }
        let ownFolders = Set(own.map(\.folder))
        for module in order {
            let needed = order.prefix { $0.name != module.name }.map(\.name)
            if ownFolders.contains(module.folder) {
                let folder = "\(request.scratch)/\(module.name)"
                try Files.makeFolder(folder)
                try compile(module, into: folder, needed, isOwn: true)
                built[module.name] = described(module, folder, identity: "")
            } else {
                try useCached(module, needed)
            }
        }
        // What compiled code expects of a system is linked even if the plugin has its own way to the host.
        let runtime = sdk.filter { !$0.isSwift && built[$0.name] == nil }
        for module in runtime { try useCached(module, []) }
        try link(order + runtime)
    }

    /// The module that holds the plugin: the one with a beginning, else the one that no other needs.
    private static func root(of modules: [SourceModule]) -> SourceModule? {
        let swift = modules.filter(\.isSwift)
        let imported = Set(modules.flatMap { $0.imports.map(\.module) })
        return swift.first(where: \.hasMain) ?? swift.first { !imported.contains($0.name) } ?? swift.first
    }

    private mutating func useCached(_ module: SourceModule, _ needed: [String]) throws(CommandError) {
        let identity = try SourceDigest.of(module.folder, files: module.files)
        let ingredients =
            [tools.fingerprint, module.folder, identity] + needed.compactMap { built[$0]?.identity }
            + form.swiftFlags + form.cFlags + [release]
        let builder = self
        let folder = try cache.folder(module.name, of: ingredients) { (folder) throws(CommandError) in
            try builder.compile(module, into: folder, needed, isOwn: false)
        }
        built[module.name] = described(module, folder, identity: Path.name(folder))
    }

    private func described(_ module: SourceModule, _ folder: String, identity: String) -> Built {
        let objects = Files.names(in: folder).filter { $0.hasSuffix(".o") }.map { "\(folder)/\($0)" }
        return Built(folder: folder, isSwift: module.isSwift, identity: identity, objects: objects)
    }

    private func compile(
        _ module: SourceModule, into folder: String, _ needed: [String], isOwn: Bool
    ) throws(CommandError) {
        if module.isSwift {
            try compileSwift(module, into: folder, needed, isOwn: isOwn)
        } else {
            try compileC(module, into: folder)
        }
    }

    private func compileSwift(
        _ module: SourceModule, into folder: String, _ needed: [String], isOwn: Bool
    ) throws(CommandError) {
        var arguments = form.swiftFlags + ["-module-name", module.name]
        if !module.hasMainFile { arguments.append("-parse-as-library") }
        if module.hasMain { arguments += form.entryFlags }
        for name in needed {
            guard let other = built[name] else { continue }
            arguments +=
                other.isSwift ? ["-I", other.folder] : ["-Xcc", "-fmodule-map-file=\(other.folder)/module.modulemap"]
        }
        if isOwn { arguments += optimisation } else { arguments += [release, "-suppress-warnings"] }
        if !module.hasMain {
            arguments += ["-emit-module", "-emit-module-path", "\(folder)/\(module.name).swiftmodule"]
        }
        arguments += ["-emit-object", "-o", "\(folder)/code.o"] + module.sources
        try BuildStep(program: tools.compiler, arguments: arguments).run()
    }

    private var optimisation: [String] { request.isDebug ? ["-Onone", "-g"] : [release] }
    /// Only in a module is a plugin without checks alone with its mistakes.
    private var release: String { request.project.isUnchecked && form == .wasm ? "-Ounchecked" : "-O" }

    /// Compiles C, and writes a module map unless the sources have one.
    private func compileC(_ module: SourceModule, into folder: String) throws(CommandError) {
        let headers = "\(module.folder)/include"
        for (number, source) in module.sources.enumerated() {
            let arguments =
                form.cFlags + ["-I", headers, "-c", source, "-o", "\(folder)/\(module.name)-\(number).o"]
            try BuildStep(program: tools.clang, arguments: arguments).run()
        }
        var map = """
            module \(module.name) {
                umbrella "\(headers)"
                export *
            }

            """
        if module.files.contains("include/module.modulemap") {
            map = "extern module \(module.name) \"\(headers)/module.modulemap\"\n"
        }
        let text = Array(map.utf8)
        try Files.write("\(folder)/module.modulemap", text.span)
    }

    private func link(_ order: [SourceModule]) throws(CommandError) {
        let objects = order.filter(\.isSwift).flatMap { built[$0.name]?.objects ?? [] }
        // Of C modules only the files that something refers to.
        let shared = order.filter { !$0.isSwift }.flatMap { built[$0.name]?.objects ?? [] }
        if form == .process { return try ProgramLink(request: request, tools: tools).link(objects, shared: shared) }
        var arguments = ["--no-entry", "--stack-first", "-z", "stack-size=131072", "-O2"]
        if !request.isDebug { arguments += ["--strip-all", "--compress-relocations"] }
        arguments += ["-o", request.module] + objects
        arguments += ["--start-lib"] + shared + ["--end-lib"]
        if Files.kind(tools.unicodeTables) == .file { arguments.append(tools.unicodeTables) }
        try BuildStep(program: tools.linker, arguments: arguments).run()
    }
}

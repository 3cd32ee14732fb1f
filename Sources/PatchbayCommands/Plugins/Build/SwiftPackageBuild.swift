import Patchbay

/// Builds a Swift package with packages from elsewhere: SwiftPM does what it does for any program, for WebAssembly.
struct SwiftPackageBuild {
    private let request: BuildRequest
    private let tools: Toolchain.Swift

    /// Modules that the plugin imports and that are not in the SDK.
    private let foreign: [String]

    init(_ request: BuildRequest, _ tools: Toolchain.Swift, foreign: [String]) {
        self.foreign = foreign
        self.request = request
        self.tools = tools
    }

    /// Makes the module.
    func build() throws(CommandError) {
        let folder = request.project.folder
        guard Files.kind("\(folder)/Package.swift") == .file else {
            throw CommandError(
                .fields, "the SDK has no module \(foreign.joined(separator: ", ")), and there is no Package.swift",
                advice: "leave the import out, or name the package that has it in a Package.swift")
        }
        let configuration = request.isDebug ? "debug" : "release"
        let scratch = "\(folder)/.build/wasm"
        var arguments = [
            "build", "--package-path", folder, "--scratch-path", scratch, "--triple", Toolchain.target,
            "-c", configuration,
        ]
        let compiler = [
            "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "Extern", "-wmo",
            "-Xfrontend", "-disable-stack-protector", "-Xfrontend", "-function-sections",
            "-Xclang-linker", "-nostdlib", "-Xcc", "-msimd128", "-Xcc", "-mbulk-memory",
        ]
        for flag in compiler { arguments += ["-Xswiftc", flag] }
        for flag in ["-mbulk-memory", "-msimd128", "-ffreestanding"] { arguments += ["-Xcc", flag] }
        var linker = ["--no-entry", "--stack-first", "-z", "stack-size=131072"]
        if !request.isDebug { linker.append("--strip-all") }
        if Files.kind(tools.unicodeTables) == .file { linker.append(tools.unicodeTables) }
        for flag in linker { arguments += ["-Xlinker", flag] }
        try BuildStep(program: tools.packages, arguments: arguments).run()
        let products = "\(scratch)/\(Toolchain.target)/\(configuration)"
        let found = Files.names(in: products).filter { $0.hasSuffix(".wasm") }
        guard let product = found.first, found.count == 1 else {
            throw CommandError(
                .fields, "the package makes \(found.count) modules: \(found.joined(separator: ", "))",
                advice: "a plugin's package has one executable product")
        }
        let module = try Files.read("\(products)/\(product)", limit: PluginArtifact.sizeLimit)
        try Files.write(request.module, module.span)
    }
}

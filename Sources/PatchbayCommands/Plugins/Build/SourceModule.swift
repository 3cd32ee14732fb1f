import Patchbay

/// A folder of sources that is one module: Swift, or C with headers.
struct SourceModule {
    let name: String
    let folder: String
    /// The files below the folder, sorted.
    let files: [String]
    let imports: [SwiftImports.Entry]
    let hasMain: Bool

    var isSwift: Bool { files.contains { $0.hasSuffix(".swift") } }
    var sources: [String] {
        files.filter { $0.hasSuffix(isSwift ? ".swift" : ".c") }.map { "\(folder)/\($0)" }
    }

    init(_ name: String, _ folder: String, files: [String]) throws(CommandError) {
        var imports: Set<SwiftImports.Entry> = []
        var hasMain = false
        for file in files.filter({ $0.hasSuffix(".swift") }) {
            let text = try Files.text("\(folder)/\(file)")
            imports.formUnion(SwiftImports.of(text))
            hasMain = hasMain || file == "main.swift" || SwiftImports.hasMainType(text)
        }
        self.name = name
        self.folder = folder
        self.files = files
        self.imports = imports.sorted { $0.module < $1.module }
        self.hasMain = hasMain
    }

    /// Whether the module has code outside of declarations.
    var hasMainFile: Bool { files.contains("main.swift") }

    /// The modules of a package: the folders of its `Sources`, or `Sources` itself, or the package's own folder.
    static func modules(of package: String, called name: String) throws(CommandError) -> [SourceModule] {
        for folder in ["\(package)/Sources", package] {
            let files = Files.names(in: folder).filter { $0.hasSuffix(".swift") && $0 != "Package.swift" }
            if !files.isEmpty { return [try SourceModule(name, folder, files: files)] }
        }
        var modules: [SourceModule] = []
        for entry in Files.names(in: "\(package)/Sources") {
            let folder = "\(package)/Sources/\(entry)"
            guard Files.kind(folder) == .folder else { continue }
            let files = Files.tree(folder)
            guard files.contains(where: { $0.hasSuffix(".swift") || $0.hasSuffix(".c") || $0.hasSuffix(".h") }) else {
                continue
            }
            modules.append(try SourceModule(entry, folder, files: files))
        }
        return modules
    }

    /// The packages that the `Package.swift` in `package` names by path.
    static func dependencies(of package: String) throws(CommandError) -> [String] {
        let path = "\(package)/Package.swift"
        guard Files.kind(path) == .file else { return [] }
        let text = try Files.text(path)
        var found: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let call = line.split(separator: ".package(", maxSplits: 1, omittingEmptySubsequences: false)
            guard call.count == 2 else { continue }
            let path = call[1].split(separator: "path:", maxSplits: 1, omittingEmptySubsequences: false)
            guard path.count == 2 else { continue }
            let quoted = path[1].split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            if quoted.count == 3, let folder = Files.resolved(Path.join(package, String(quoted[1]))) {
                found.append(folder)
            }
        }
        return found
    }
}

/// The modules that a plugin may need, and the order in which they are built.
struct ModuleGraph {
    private var modules: [String: SourceModule] = [:]
    /// Modules that the plugin imports and that are in no known folder.
    private(set) var unknown: Set<String> = []
    /// What the compiler brings for WebAssembly.
    private static let standard: Set<String> = ["Swift", "Synchronization", "_Volatile", "Builtin"]

    /// Adds modules; those that are there already stay.
    mutating func add(_ found: [SourceModule]) {
        for module in found where modules[module.name] == nil { modules[module.name] = module }
    }

    /// `root` and all that it needs, each behind what it needs itself.
    mutating func order(from root: SourceModule) -> [SourceModule] {
        var ordered: [SourceModule] = []
        var seen: Set<String> = []
        visit(root, &seen, &ordered)
        return ordered
    }

    /// What `module` needs directly.
    func needs(_ module: SourceModule) -> [String] {
        module.imports.map(\.module).filter { modules[$0] != nil && $0 != module.name }
    }

    private mutating func visit(_ module: SourceModule, _ seen: inout Set<String>, _ ordered: inout [SourceModule]) {
        guard seen.insert(module.name).inserted else { return }
        for entry in module.imports where !Self.standard.contains(entry.module) {
            if let next = modules[entry.module] {
                visit(next, &seen, &ordered)
            } else if !entry.isConditional {
                unknown.insert(entry.module)
            }
        }
        ordered.append(module)
    }
}

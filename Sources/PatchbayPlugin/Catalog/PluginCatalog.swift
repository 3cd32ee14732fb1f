/// All plugins that a host can name: those that are registered, and the files in the plugin directories; made without
/// running anything.
///
/// Who wins when two have the same name: a registered plugin before every file, a file in an earlier directory before one
/// in a later directory, and in one directory the file whose name comes first in the order of bytes. That holds for each
/// capability, and among files for the name of the plugin too. Who loses can still be used by its path.
public struct PluginCatalog: Sendable {
    /// Whether a plugin can be named.
    public enum State: Sendable, Equatable {
        /// It can.
        case ready
        /// It would have to be run to know what it is.
        case notExamined
        /// It cannot be used, and why.
        case setAside(String)
        /// Another one has its name: that one's origin.
        case shadowed(by: String)
    }

    /// One capability of a plugin, or a file of which none is known.
    public struct Entry: Sendable {
        /// What it can do; nil where that is not known.
        public let capability: Capability?
        /// What the plugin says of itself; nil where that is not known.
        public let manifest: PluginManifest?
        /// `native`, or the kind of the runtime that opens the file.
        public let kind: String
        /// The file's path, or where a registered plugin comes from.
        public let origin: String
        /// Whether it can be named.
        public let state: State
    }

    /// Registered plugins by role, then files by directory and name.
    public let entries: [Entry]

    /// The plugins of `registry`.
    /// - Parameters:
    ///   - registry: what a host has.
    ///   - opened: files that were opened, so that what they are is known even where nothing is kept.
    public init(_ registry: PluginRegistry, opened: Set<String> = []) {
        var builder = CatalogBuilder()
        for factory in registry.factories { builder.add(factory) }
        for (runtime, path) in Self.files(registry) {
            var finding = runtime.finding(path)
            if opened.contains(path), let factory = try? runtime.open(path) { finding = .manifest(factory.manifest) }
            builder.add(finding, kind: runtime.kind, path: path)
        }
        entries = builder.entries
    }

    /// The files of all runtimes by directory and name.
    private static func files(_ registry: PluginRegistry) -> [(runtime: any PluginRuntime, path: String)] {
        var places: [Substring: Int] = [:]
        func place(_ path: String) -> Int {
            let directory = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
            if let known = places[directory] { return known }
            places[directory] = places.count
            return places.count - 1
        }
        for path in registry.directories.paths { _ = place("\(path)/") }
        let files = registry.runtimes.flatMap { runtime in
            runtime.installed().map { (runtime: runtime, path: $0, place: place($0)) }
        }
        return files.sorted { a, b in
            a.place == b.place ? a.path.utf8.lexicographicallyPrecedes(b.path.utf8) : a.place < b.place
        }.map { ($0.runtime, $0.path) }
    }

    /// The entry that `name` stands for in `role`; nil when no plugin whose capabilities are known has it.
    public func find(_ role: Role, _ name: String) -> Entry? {
        let wanted = Capability(role, name: name)
        return entries.first { $0.state == .ready && $0.capability == wanted }
    }
}

/// Puts a catalog together.
private struct CatalogBuilder {
    var entries: [PluginCatalog.Entry] = []
    private var capabilities: [Capability: String] = [:]
    private var names: [String: String] = [:]

    mutating func add(_ factory: any PluginFactory) {
        for capability in factory.manifest.capabilities {
            capabilities[capability] = factory.origin
            append(capability, factory.manifest, "native", factory.origin, .ready)
        }
    }

    mutating func add(_ finding: PluginFinding, kind: String, path: String) {
        switch finding {
        case .notExamined: append(nil, nil, kind, path, .notExamined)
        case .setAside(let reason): append(nil, nil, kind, path, .setAside(reason))
        case .manifest(let manifest):
            let other = names[manifest.name]
            if other == nil { names[manifest.name] = path }
            for capability in manifest.capabilities {
                let winner = capabilities[capability] ?? other
                append(capability, manifest, kind, path, winner.map { .shadowed(by: $0) } ?? .ready)
                if winner == nil { capabilities[capability] = path }
            }
        }
    }

    private mutating func append(
        _ capability: Capability?, _ manifest: PluginManifest?, _ kind: String, _ origin: String,
        _ state: PluginCatalog.State
    ) {
        entries.append(
            PluginCatalog.Entry(
                capability: capability, manifest: manifest, kind: kind, origin: origin, state: state))
    }
}

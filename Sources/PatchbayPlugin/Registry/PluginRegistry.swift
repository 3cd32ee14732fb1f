/// The plugins that a host has, by capability. Built at start-up, then only read.
public struct PluginRegistry: Sendable {
    /// All factories, in the order of registration.
    public private(set) var factories: [any PluginFactory] = []
    /// What opens plugins that lie in files.
    public private(set) var runtimes: [any PluginRuntime] = []

    /// Where files lie that are named without a path.
    public let directories: PluginDirectories

    /// No plugins.
    public init(directories: PluginDirectories = PluginDirectories([])) {
        self.directories = directories
    }

    /// Adds a factory. Throws when another one has one of its capabilities already.
    public mutating func register(_ factory: some PluginFactory) throws(PluginError) {
        for capability in factory.manifest.capabilities {
            if let other = find(capability) {
                throw PluginError(
                    .configuration,
                    "two plugins offer \(capability)",
                    cause: "\(other.manifest.name) (\(other.origin)) and \(factory.manifest.name) (\(factory.origin))",
                    advice: "register one of them, or give them different names"
                )
            }
        }
        factories.append(factory)
    }

    /// Lets plugins of a kind of files be opened. Throws when that kind has a runtime already.
    public mutating func register(_ runtime: some PluginRuntime) throws(PluginError) {
        guard self.runtime(runtime.kind) == nil else {
            throw PluginError(.configuration, "plugins of kind '\(runtime.kind)' have a runtime already")
        }
        runtimes.append(runtime)
    }

    /// What opens plugins of a kind of files.
    public func runtime(_ kind: String) -> (any PluginRuntime)? { runtimes.first { $0.kind == kind } }

    /// Ends what runs for plugins in files; see ``PluginRuntime/stop()``.
    public func stop() {
        for runtime in runtimes { runtime.stop() }
    }

    /// The plugin that offers `capability`.
    public func find(_ capability: Capability) -> (any PluginFactory)? {
        factories.first { $0.manifest.capabilities.contains(capability) }
    }

    /// The plugin that plays `role` under `name`.
    public func find(_ role: Role, _ name: String) -> (any PluginFactory)? { find(Capability(role, name: name)) }

    /// All capabilities of a type, with their plugins.
    public func all(ofType type: String) -> [(capability: Capability, factory: any PluginFactory)] {
        factories.flatMap { factory in
            factory.manifest.capabilities.filter { $0.type == type }.map { ($0, factory) }
        }
    }

    /// The parser that is surest to know an input that begins with `bytes`.
    public func parser(recognizing bytes: Span<UInt8>) -> (any PluginFactory)? {
        var best: (confidence: Int, factory: any PluginFactory)?
        for (_, factory) in all(ofType: Role.parser.rawValue) {
            let confidence = factory.recognizes(bytes)
            if confidence > best?.confidence ?? 0 { best = (confidence, factory) }
        }
        return best?.factory
    }
}

/// A new instance in one of the roles.
public enum PluginInstance {
    /// Delivers bytes.
    case byteSource(any ByteSourcePlugin)
    /// Delivers records.
    case source(any SourcePlugin)
    /// Makes records of bytes.
    case parser(any ParserPlugin)
    /// Chooses records.
    case filter(any FilterPlugin)
    /// Makes records of records.
    case transform(any TransformPlugin)
    /// Sums records up.
    case aggregate(any AggregatePlugin)
    /// Rejects records.
    case validator(any ValidatorPlugin)
    /// Writes records.
    case sink(any SinkPlugin)
    /// Answers calls of a type that the host application defines.
    case capability(any CapabilityPlugin)
}

/// Makes instances from one artifact: a registered Swift type, a WASM module, an executable.
public protocol PluginFactory: Sendable {
    /// What the plugin says of itself; reading it runs nothing.
    var manifest: PluginManifest { get }
    /// Where the plugin comes from, for lists: `built-in`, a path.
    var origin: String { get }
    /// Whether its instances can do only what ``PluginConfiguration/grants`` and ``PluginConfiguration/limits`` allow.
    var isSandboxed: Bool { get }
    /// Whether instances do their work in another process, so that the thread that calls them waits meanwhile.
    var worksElsewhere: Bool { get }
    /// How far instances that are made with `mode` are bound by grants and limits.
    func enforcement(_ mode: SandboxMode) -> Enforcement
    /// How sure the plugin is that an input beginning with `bytes` is for it, 0 to 100; 0 when it cannot tell.
    func recognizes(_ bytes: Span<UInt8>) -> Int
    /// The options that fit an input beginning with `bytes`, for inputs that describe themselves.
    func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry]
    /// A new instance for `capability`. `configuration` was checked against the manifest.
    func makeInstance(
        for capability: Capability,
        configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance
}

extension PluginFactory {
    /// Runs with the rights of the program.
    public var isSandboxed: Bool { false }
    /// Works in the thread that calls.
    public var worksElsewhere: Bool { false }
    /// By both, whatever the mode, when it is sandboxed; else by nothing.
    public func enforcement(_ mode: SandboxMode) -> Enforcement {
        Enforcement(holdsGrants: isSandboxed, holdsLimits: isSandboxed)
    }
    /// Cannot tell.
    public func recognizes(_ bytes: Span<UInt8>) -> Int { 0 }
    /// The defaults fit.
    public func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry] { [] }
}

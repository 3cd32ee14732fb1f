public import PatchbayPlugin

/// Makes instances of a Swift type that the host program registered.
public struct NativeFactory: PluginFactory {
    /// What the type says of itself.
    public let manifest: PluginManifest
    /// `built-in`, or what the host calls its own plugins.
    public let origin: String
    private let make: @Sendable (Capability, PluginConfiguration) throws(PluginError) -> PluginInstance
    private let recognize: @Sendable (Span<UInt8>) -> Int
    private let suggest: @Sendable (Span<UInt8>) -> [ConfigNode.Entry]

    /// A factory for `type`, which `wrap` puts into the case of its role.
    init<P: SwiftPlugin>(
        _ type: P.Type,
        origin: String,
        recognize: @escaping @Sendable (Span<UInt8>) -> Int = { _ in 0 },
        options: @escaping @Sendable (Span<UInt8>) -> [ConfigNode.Entry] = { _ in [] },
        wrap: @escaping @Sendable (P) -> PluginInstance
    ) where P: SendableMetatype {
        manifest = type.manifest
        self.origin = origin
        make = { (_, configuration) throws(PluginError) in wrap(try type.init(configuration)) }
        self.recognize = recognize
        suggest = options
    }

    /// How sure the type is that the input is its own.
    public func recognizes(_ bytes: Span<UInt8>) -> Int { recognize(bytes) }

    /// The options that fit the input.
    public func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry] { suggest(bytes) }

    /// A new instance.
    public func makeInstance(
        for capability: Capability,
        configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "\(manifest.name) does not offer \(capability)")
        }
        return try make(capability, configuration)
    }
}

internal import CPatchbay
internal import PatchbayCore
public import PatchbayPlugin

/// A plugin behind the ABI, ready to play the role of one of its capabilities.
public struct GuestPlugin {
    private let maker: any GuestMaker
    private let capability: Capability
    private let configuration: PluginConfiguration

    /// The plugin that `maker` makes instances of.
    public init(_ maker: any GuestMaker, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.maker = maker
        self.capability = capability
        self.configuration = configuration
    }

    /// The plugin in its role: with each call an instance of its own.
    public func instance() throws(PluginError) -> PluginInstance {
        let session = GuestSession(maker, capability, configuration)
        switch capability.role {
        case .byteSource: return .byteSource(try GuestByteSource(asking: session))
        case .source: return .source(try GuestSource(asking: session))
        case .parser:
            return .parser(
                try session.supports(PATCHBAY_BOUNDARY)
                    ? GuestSplittingParser(asking: session) : GuestParser(asking: session))
        case .filter: return .filter(try GuestFilter(asking: session))
        case .transform: return .transform(try GuestTransform(asking: session))
        case .aggregate: return .aggregate(try GuestAggregate(asking: session))
        case .validator: return .validator(try GuestValidator(asking: session))
        case .sink: return .sink(try GuestSink(asking: session))
        case nil: return .capability(try GuestCapability(asking: session))
        }
    }

    /// RECOGNIZE: how sure it is that an input that begins with `bytes` is for it; 0 when it cannot tell.
    public func recognizes(_ bytes: Span<UInt8>) throws(PluginError) -> Int {
        let session = GuestSession(maker, capability, configuration)
        var image = MemoryImage(session)
        let given = try image.write(bytes)
        let answer = try session.invoke(PATCHBAY_RECOGNIZE, optional: true) { $0.input = given }
        return Int(min(answer.frame.consumed, 100))
    }
}

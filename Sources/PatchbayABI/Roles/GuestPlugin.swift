internal import CPatchbay
internal import PatchbayCore
public import PatchbayPlugin

/// A plugin behind the ABI, ready to play the role of one of its capabilities.
public struct GuestPlugin {
    private let session: GuestSession

    /// The plugin that `source` makes instances of.
    public init(_ source: any GuestSource, _ capability: Capability, _ configuration: PluginConfiguration) {
        session = GuestSession(source, capability, configuration)
    }

    /// The plugin in its role.
    public func instance() throws(PluginError) -> PluginInstance {
        switch session.capability.role {
        case .filter: .filter(try GuestFilter(asking: session))
        case .parser:
            .parser(
                try session.supports(PATCHBAY_BOUNDARY)
                    ? GuestSplittingParser(asking: session) : GuestParser(asking: session))
        default: throw PluginError(.unsupported, "the role is not supported")
        }
    }

    /// RECOGNIZE: how sure it is that an input that begins with `bytes` is for it; 0 when it cannot tell.
    public func recognizes(_ bytes: Span<UInt8>) throws(PluginError) -> Int {
        let frame = try session.invoke(PATCHBAY_RECOGNIZE, optional: true) { (frame) throws(PluginError) in
            var image = MemoryImage(session)
            frame.input = try image.write(bytes)
        }
        return Int(min(frame.consumed, 100))
    }
}

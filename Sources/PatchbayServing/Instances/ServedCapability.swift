internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A capability of a type that the host's program defines: bytes in, bytes out.
final class ServedCapability: ServedInstance {
    private var plugin: any CapabilityPlugin
    private let capability: Capability

    init(_ plugin: any CapabilityPlugin, _ capability: Capability, _ context: PluginContext) {
        self.plugin = plugin
        self.capability = capability
        super.init(context)
    }

    override func start(_ context: PluginContext) throws(PluginError) { try plugin.start(context) }
    override func stop() { plugin.stop() }
    override func saveState() throws(PluginError) -> Bytes? { try StateTransfer.save(plugin) }

    override func restore(_ state: Bytes) throws(PluginError) {
        guard let restored = try StateTransfer.restore(plugin, state) else { throw unsupported(.restore) }
        plugin = restored
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard operation == .answer else { throw unsupported(operation) }
        let name = PercentEncoding.decode(request.fields[WireHeader.operation] ?? "")
        var output = ByteBuffer()
        try plugin.call(capability, operation: name, input: request.body.span, output: &output)
        return .bytes(output.finish())
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A sink: records in.
final class ServedSink: ServedInstance {
    private var plugin: any SinkPlugin

    init(_ plugin: any SinkPlugin, _ context: PluginContext) {
        self.plugin = plugin
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        guard let input else {
            guard !commits else { throw PluginError(.schema, "a sink is bound to the schema of its records") }
            return Agreement(output: nil, wanted: ColumnRequest(.everything))
        }
        let wanted = try plugin.wanted(from: input)
        if commits { try plugin.bind(input) }
        return Agreement(output: nil, wanted: Self.wanted(wanted, by: plugin))
    }

    override func start(_ context: PluginContext) throws(PluginError) { try plugin.start(context) }
    override func stop() { plugin.stop() }
    override func saveState() throws(PluginError) -> Bytes? { try StateTransfer.save(plugin) }

    override func restore(_ state: Bytes) throws(PluginError) {
        guard let restored = try StateTransfer.restore(plugin, state) else { throw unsupported(.restore) }
        plugin = restored
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        switch operation {
        case .write:
            var rejections = Rejections()
            try plugin.write(try batch(request), rejections: &rejections)
            return try frames.answer([], showing: request.body, with: errors(rejections))
        case .finish:
            try plugin.finish()
            return .done
        case .flush:
            try plugin.flush()
            return .done
        default: throw unsupported(operation)
        }
    }
}

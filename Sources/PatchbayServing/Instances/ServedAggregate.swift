internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// An aggregate: records in, and its results at the end.
final class ServedAggregate: ServedInstance {
    private var plugin: any AggregatePlugin

    init(_ plugin: any AggregatePlugin, _ context: PluginContext) {
        self.plugin = plugin
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        var output: Schema?
        if let input {
            output = try commits ? plugin.bind(input) : plugin.outputSchema(for: input)
        } else if commits {
            throw PluginError(.schema, "an aggregate is bound to the schema of its records")
        }
        return Agreement(output: output, wanted: Self.wanted(plugin.wanted, by: plugin))
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
        case .accumulate:
            var rejections = Rejections()
            try plugin.accumulate(try batch(request), rejections: &rejections)
            return try frames.answer([], showing: request.body, with: errors(rejections))
        case .finish:
            let batches = try plugin.finish().filter { $0.count > 0 }
            return try frames.answer(batches, showing: request.body)
        default: throw unsupported(operation)
        }
    }
}

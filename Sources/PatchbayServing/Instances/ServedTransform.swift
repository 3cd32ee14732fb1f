internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A transform: records in, other records out.
final class ServedTransform: ServedInstance {
    private var plugin: any TransformPlugin
    private var output = TransformOutput()

    init(_ plugin: any TransformPlugin, _ context: PluginContext) {
        self.plugin = plugin
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        var schema: Schema?
        if let input {
            schema = try plugin.outputSchema(for: input)
            if commits { schema = try plugin.bind(input) }
        } else if commits {
            throw PluginError(.schema, "a transform is bound to the schema of its records")
        }
        return Agreement(output: schema, wanted: ColumnRequest(plugin.wanted(for: request?.fields ?? .everything)))
    }

    override func start(_ context: PluginContext) throws(PluginError) { try plugin.start(context) }
    override func stop() { plugin.stop() }
    override func saveState() throws(PluginError) -> Bytes? { try StateTransfer.save(plugin) }

    override func restore(_ state: Bytes) throws(PluginError) {
        guard let restored = try StateTransfer.restore(plugin, state) else { throw unsupported(.restore) }
        plugin = restored
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard operation == .transform else { throw unsupported(operation) }
        output.removeAll()
        defer { output.removeAll() }
        try plugin.transform(try batch(request), into: &output)
        var answer = try frames.answer(
            output.batches, showing: request.body, with: errors(output.rejections))
        if output.dropped > 0 { answer.fields.append(WireHeader.dropped, String(output.dropped)) }
        if output.added > 0 { answer.fields.append(WireHeader.added, String(output.added)) }
        return answer
    }
}

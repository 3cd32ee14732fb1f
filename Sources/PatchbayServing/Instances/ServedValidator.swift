internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A validator: records in, what is wrong with them out.
final class ServedValidator: ServedInstance {
    private var plugin: any ValidatorPlugin

    init(_ plugin: any ValidatorPlugin, _ context: PluginContext) {
        self.plugin = plugin
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        if commits {
            guard let input else { throw PluginError(.schema, "a validator is bound to the schema of its records") }
            try plugin.bind(input)
        }
        return Agreement(output: nil, wanted: Self.wanted(plugin.wanted, by: plugin))
    }

    override func start(_ context: PluginContext) throws(PluginError) { try plugin.start(context) }
    override func stop() { plugin.stop() }
    override func saveState() throws(PluginError) -> Bytes? { try StateTransfer.save(plugin) }

    override func restore(_ state: Bytes) throws(PluginError) {
        guard let restored = try StateTransfer.restore(plugin, state) else { throw unsupported(.restore) }
        plugin = restored
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard operation == .validate else { throw unsupported(operation) }
        var rejections = Rejections()
        try plugin.validate(try batch(request), into: &rejections)
        return try frames.answer([], showing: request.body, with: errors(rejections))
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A filter: records in, which of them stay out.
final class ServedFilter: ServedInstance {
    // One of the two is set. Kept apart, not cast per call: a cast copies the plugin and what it holds.
    private var plain: (any FilterPlugin)?
    private var failing: (any RecordFailingPlugin)?
    private var selection = Selection(count: 0, all: false)

    init(_ plugin: any FilterPlugin, _ context: PluginContext) {
        failing = plugin as? any RecordFailingPlugin
        plain = failing == nil ? plugin : nil
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        if commits {
            guard let input else { throw PluginError(.schema, "a filter is bound to the schema of its records") }
            try failing?.bind(input)
            try plain?.bind(input)
        }
        return Agreement(output: nil, wanted: wanted)
    }

    private var wanted: ColumnRequest {
        if let failing { return Self.wanted(failing.wanted, by: failing) }
        return plain.map { Self.wanted($0.wanted, by: $0) } ?? ColumnRequest(.everything)
    }

    override func start(_ context: PluginContext) throws(PluginError) {
        try failing?.start(context)
        try plain?.start(context)
    }

    override func stop() {
        failing?.stop()
        plain?.stop()
    }

    override func saveState() throws(PluginError) -> Bytes? {
        if let failing { return try StateTransfer.save(failing) }
        return try StateTransfer.save(plain)
    }

    override func restore(_ state: Bytes) throws(PluginError) {
        if let plugin = failing, let restored = try StateTransfer.restore(plugin, state) {
            failing = restored
        } else if let plugin = plain, let restored = try StateTransfer.restore(plugin, state) {
            plain = restored
        } else {
            throw unsupported(.restore)
        }
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard operation == .filter else { throw unsupported(operation) }
        let batch = try batch(request)
        selection.reset(count: batch.count, all: true)
        try failing?.filter(batch, into: &selection)
        try plain?.filter(batch, into: &selection)
        guard selection.count == batch.count else {
            throw PluginError(.invalidResult, "a selection of \(selection.count) for \(batch.count) records")
        }
        let failures = failing?.takeFailures() ?? Rejections()
        for entry in failures.entries {
            guard entry.row >= 0, entry.row < batch.count else {
                throw PluginError(.invalidResult, "row \(entry.row) of \(batch.count) is refused")
            }
            selection[entry.row] = false
        }
        var answer = try frames.answer(
            [], showing: request.body, with: [(.selection, AnswerParts.batch(selection))] + errors(failures))
        answer.set(isSaturated ? [.saturated] : [])
        return answer
    }

    private var isSaturated: Bool {
        ((failing as? any SaturatingPlugin) ?? (plain as? any SaturatingPlugin))?.isSaturated ?? false
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A source of bytes.
final class ServedByteSource: ServedInstance {
    private var plugin: any ByteSourcePlugin
    private var pool = BufferPool(limit: 4)

    /// Bytes of one answer when the host names no limit, and at most.
    private static let defaultLimit: UInt64 = 64 << 10
    private static let largestLimit: UInt64 = 64 << 20

    init(_ plugin: any ByteSourcePlugin, _ context: PluginContext) {
        self.plugin = plugin
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
        guard operation == .readBytes else { throw unsupported(operation) }
        let limit = Int(min(try request.number(WireHeader.limit) ?? Self.defaultLimit, Self.largestLimit))
        guard limit > 0 else { throw PluginError(.input, "no bytes are asked for") }
        let buffer = pool.take(capacity: limit)
        var room = buffer.mutableSpan(of: UInt8.self, at: 0, count: limit)
        let result = try plugin.read(into: &room, mayWait: request.has(.mayWait))
        var answer: ServedAnswer
        switch result {
        case .bytes(let count):
            guard count > 0, count <= limit else {
                throw PluginError(.invalidResult, "\(count) bytes where \(limit) were asked for")
            }
            answer = .bytes(Bytes(buffer, at: 0, count: count))
        case .nothingYet:
            answer = .done
            answer.set([.nothingYet])
        case .endOfPart:
            answer = .done
            answer.set([.endOfPart])
        case .endOfInput:
            answer = .done
            answer.set([.end])
        }
        answer.fields.append(WireHeader.part, PercentEncoding.encode(plugin.part))
        return answer
    }
}

/// A source of records.
final class ServedSource: ServedInstance {
    private var plugin: any SourcePlugin

    init(_ plugin: any SourcePlugin, _ context: PluginContext) {
        self.plugin = plugin
        super.init(context)
    }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        var agreement = try super.agree(input, request, commits: commits)
        agreement.output = commits ? try plugin.bind(request?.fields ?? .everything) : plugin.schema
        return agreement
    }

    override func start(_ context: PluginContext) throws(PluginError) { try plugin.start(context) }
    override func stop() { plugin.stop() }
    override func saveState() throws(PluginError) -> Bytes? { try StateTransfer.save(plugin) }

    override func restore(_ state: Bytes) throws(PluginError) {
        guard let restored = try StateTransfer.restore(plugin, state) else { throw unsupported(.restore) }
        plugin = restored
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard operation == .readBatch else { throw unsupported(operation) }
        var answer = ServedAnswer.done
        switch try plugin.read() {
        case .batch(let batch):
            if batch.count > 0 { return try frames.answer([batch], showing: request.body) }
            answer.set([.nothingYet])
        case .nothingYet: answer.set([.nothingYet])
        case .endOfInput: answer.set([.end])
        }
        return answer
    }
}

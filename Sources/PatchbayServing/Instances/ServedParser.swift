internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A parser: bytes in, records and regions out.
final class ServedParser: ServedInstance {
    // One of the two is set. Kept apart, not cast per call: a cast copies the plugin and what it holds.
    private var plain: (any ParserPlugin)?
    private var splitting: (any SplittingParserPlugin)?
    private let schema: Schema
    private var output: ParseOutput?

    /// Records of one answer when the host names no limit, and at most.
    private static let recordLimit = 16_384
    private static let largestLimit: UInt64 = 1 << 24

    init(_ plugin: any ParserPlugin, _ context: PluginContext) {
        splitting = plugin as? any SplittingParserPlugin
        plain = splitting == nil ? plugin : nil
        schema = plugin.schema
        super.init(context)
    }

    override var splits: Bool { splitting != nil }

    override func agree(
        _ input: Schema?, _ request: ColumnRequest?, commits: Bool
    ) throws(PluginError) -> Agreement {
        var agreement = try super.agree(input, request, commits: commits)
        agreement.output = schema
        guard commits else { return agreement }
        let wanted = request?.fields ?? .everything
        var bound = try splitting?.bind(wanted)
        if bound == nil { bound = try plain?.bind(wanted) }
        guard let bound else { throw unsupported(.bind) }
        output = ParseOutput(schema: bound)
        agreement.output = bound
        return agreement
    }

    override func start(_ context: PluginContext) throws(PluginError) {
        try splitting?.start(context)
        try plain?.start(context)
    }

    override func stop() {
        splitting?.stop()
        plain?.stop()
    }

    override func saveState() throws(PluginError) -> Bytes? {
        if let splitting { return try StateTransfer.save(splitting) }
        return try StateTransfer.save(plain)
    }

    override func restore(_ state: Bytes) throws(PluginError) {
        if let plugin = splitting, let restored = try StateTransfer.restore(plugin, state) {
            splitting = restored
        } else if let plugin = plain, let restored = try StateTransfer.restore(plugin, state) {
            plain = restored
        } else {
            throw unsupported(.restore)
        }
    }

    override func answer(_ operation: ServedOperation, _ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        switch operation {
        case .parse: return try parse(request)
        case .boundary:
            guard let result = try splitting?.boundary(try input(request)) else { throw unsupported(operation) }
            var answer = ServedAnswer.done
            report(result, in: &answer)
            return answer
        case .reset:
            splitting?.reset()
            plain?.reset()
            return .done
        default: throw unsupported(operation)
        }
    }

    private func parse(_ request: ServedRequest) throws(PluginError) -> ServedAnswer {
        guard let output else { throw PluginError(.input, "bytes before 'bind' said which columns are read") }
        let input = try input(request)
        let limit = try request.number(WireHeader.limit).map { Int(min($0, Self.largestLimit)) }
        output.recordLimit = limit ?? Self.recordLimit
        output.begin(input, part: "")
        var result = try splitting?.parse(input, into: output)
        if result == nil { result = try plain?.parse(input, into: output) }
        guard let result else { throw unsupported(.parse) }
        let batch = output.builder.finish()
        let regions = output.skipped.isEmpty ? [] : [(WirePart.regions, AnswerParts.batch(output.skipped))]
        var answer = try frames.answer(batch.count > 0 ? [batch] : [], showing: request.body, with: regions)
        report(result, in: &answer)
        return answer
    }

    private func input(_ request: ServedRequest) throws(PluginError) -> ParseInput {
        let body = request.body
        let position = try request.number(WireHeader.position) ?? 0
        guard position <= UInt64(Int64.max) - UInt64(body.count) else {
            throw PluginError(.input, "the position \(position) is too large")
        }
        return ParseInput(
            buffer: body.buffer, start: body.offset, end: body.offset + body.count, position: position,
            isLast: request.has(.last), continuesDiscarded: request.has(.discarded))
    }

    private func report(_ result: ParseResult, in answer: inout ServedAnswer) {
        answer.fields.append(WireHeader.consumed, String(result.consumed))
        answer.set(result.isStillDiscarding ? [.stillDiscarding] : [])
    }
}

internal import PatchbayCore
internal import PatchbayPlugin

/// What one start of a plugin writes: JSON lines become log records and metrics, other lines are kept for error messages.
///
/// However much comes, the memory is bounded; above ``linesPerSecond`` or ``bytesPerSecond`` lines are not looked at.
final class PluginOutput: OutputReceiver {
    /// Lines that are looked at in a second.
    static let linesPerSecond = 20_000
    /// Bytes of lines that are looked at in a second.
    static let bytesPerSecond = 8 << 20
    /// Lines without structure that are logged in a second.
    static let plainLinesPerSecond = 20

    private struct State {
        var splitters: [LineSplitter]
        var began: UInt64 = 0
        var lines = 0
        var bytes = 0
        var plain = 0
        var passedOver: UInt64 = 0
    }
    private let state: Guarded<State>
    private let tail = Guarded(OutputTail())
    private let board: ScopeBoard
    private let name: String

    init(name: String, streams: Int, board: ScopeBoard) {
        self.name = name
        self.board = board
        state = Guarded(State(splitters: Array(repeating: LineSplitter(), count: streams)))
    }

    /// The last lines; nil when nothing was written.
    var lastLines: String? { tail.with { $0.text } }

    func receive(_ bytes: Span<UInt8>, from stream: Int) {
        state.with { state in
            var splitter = state.splitters[stream]
            splitter.feed(bytes) { line, isCut in take(line, isCut: isCut, &state) }
            state.splitters[stream] = splitter
        }
    }

    func finish(_ stream: Int) {
        state.with { state in
            var splitter = state.splitters[stream]
            splitter.finish { line, isCut in take(line, isCut: isCut, &state) }
            state.splitters[stream] = splitter
            report(&state)
        }
    }

    private func take(_ line: Span<UInt8>, isCut: Bool, _ state: inout State) {
        let now = MonotonicClock.nanoseconds
        if now &- state.began >= 1_000_000_000 {
            state.began = now
            state.lines = 0
            state.bytes = 0
            state.plain = 0
            report(&state)
        }
        state.lines += 1
        state.bytes += line.count
        guard state.lines <= Self.linesPerSecond, state.bytes <= Self.bytesPerSecond else {
            state.passedOver += 1
            return
        }
        if !isCut, let record = StructuredLine(line, source: name) {
            report(record)
            return
        }
        let text = OutputText.clean(line, limit: OutputText.limits.line)
        guard !text.isEmpty else { return }
        tail.with { $0.append(text) }
        state.plain += 1
        guard state.plain <= Self.plainLinesPerSecond else {
            state.passedOver += 1
            return
        }
        if let entry = board.scope(of: nil), entry.scope.admitsLine(limit: entry.limit) {
            entry.scope.log(.debug, text, fields: [LogLine.Field(name: "plugin", value: name)])
        }
    }

    private func report(_ record: StructuredLine) {
        let entry = board.scope(of: record.stage)
        switch record.content {
        case .metrics(let values): entry?.scope.metrics.add(values)
        case .log(let level, let message, let fields):
            if level == .error { tail.with { $0.append(message) } }
            guard let entry, entry.scope.admitsLine(limit: entry.limit) else { return }
            entry.scope.log(level, message, fields: fields)
        }
    }

    private func report(_ state: inout State) {
        guard state.passedOver > 0, let entry = board.scope(of: nil) else { return }
        entry.scope.log(
            .warning, "\(state.passedOver) lines of output were passed over: they came too fast",
            fields: [LogLine.Field(name: "plugin", value: name)])
        state.passedOver = 0
    }
}

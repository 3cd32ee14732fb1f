internal import PatchbayCore
internal import PatchbayPlugin

/// Takes what a plugin writes: looks for the line that says where it listens, on standard output and on standard error,
/// and hands everything on to where log lines go, for as long as it runs.
final class OCMOutput: OutputReceiver {
    /// What is known of a start.
    enum Found: Sendable {
        case location(OCMLocation)
        case refused(PluginError)
        case ended(ProgramEnd)
    }

    private struct State {
        var splitters = [LineSplitter(), LineSplitter()]
        var found: Found?
        var end: ProgramEnd?
    }
    private let state = Guarded(State())
    private let log: PluginOutput

    init(_ log: PluginOutput) { self.log = log }

    /// Waits for the location, or for the end of the program; nil when the clock reached `moment` before.
    func waitForLocation(until moment: UInt64) -> Found? {
        state.wait(until: moment) { state in state.found ?? state.end.map(Found.ended) }
    }

    /// The last lines.
    var lastLines: String? { log.lastLines }

    /// The program has ended, and its output was read.
    func ended(_ end: ProgramEnd) { state.change { $0.end = end } }

    func receive(_ bytes: Span<UInt8>, from stream: Int) {
        let isLooking = state.with { $0.found == nil }
        if isLooking {
            state.change { state in
                var splitter = state.splitters[stream]
                splitter.feed(bytes) { line, isCut in
                    if !isCut { look(at: line, &state) }
                }
                state.splitters[stream] = splitter
            }
        }
        log.receive(bytes, from: stream)
    }

    func finish(_ stream: Int) {
        state.change { state in
            var splitter = state.splitters[stream]
            splitter.finish { line, _ in look(at: line, &state) }
            state.splitters[stream] = splitter
        }
        log.finish(stream)
    }

    private func look(at line: Span<UInt8>, _ state: inout State) {
        guard state.found == nil, line.count <= 1024 else { return }
        do throws(PluginError) {
            if let location = try OCMLocation(line: String(decoding: line)) { state.found = .location(location) }
        } catch {
            state.found = .refused(error)
        }
    }
}

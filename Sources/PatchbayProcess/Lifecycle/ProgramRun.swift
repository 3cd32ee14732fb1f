internal import Glibc
internal import PatchbayPlugin

/// A program that runs for a short time, and what it wrote.
struct ProgramRun: Sendable {
    let end: ProgramEnd
    /// What it wrote on standard output, up to the limit.
    let output: [UInt8]
    /// Whether it wrote more than that.
    let isCut: Bool
    /// The last lines of what it wrote on standard error.
    let errors: String

    /// Starts a program, with nothing to read on standard input, and waits until it has ended. Its group is killed when
    /// the time is over.
    ///
    /// - Parameter launch: its descriptors come behind the three standard ones.
    static func run(_ launch: Launch, milliseconds: Int, outputLimit: Int) throws(PluginError) -> ProgramRun {
        defer { withExtendedLifetime(launch.held) {} }
        let collected = CollectedOutput(limit: outputLimit)
        let end = MonotonicClock.nanoseconds &+ UInt64(milliseconds) &* 1_000_000
        let child = try start(launch, collected)
        guard let how = child.waitUntilDone(until: end) else {
            child.signalGroup(SIGKILL)
            _ = child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000)
            throw PluginError(
                .timedOut, "\(launch.path.quotedForMessage) did not end within \(milliseconds) ms",
                cause: collected.errors)
        }
        let content = collected.content
        return ProgramRun(end: how, output: content.kept, isCut: content.isCut, errors: collected.errors ?? "")
    }

    /// On its own, so that the host's ends of the pipes are closed when it returns.
    private static func start(_ launch: Launch, _ output: CollectedOutput) throws(PluginError) -> ChildProcess {
        let standard = try Descriptor.pipe()
        let errors = try Descriptor.pipe()
        var launch = launch
        launch.descriptors = [try Descriptor.null(), standard.writes, errors.writes] + launch.descriptors
        return try ProcessMonitor.shared.start(launch, reading: [standard.reads, errors.reads], into: output)
    }
}

/// Takes the beginning of what a program writes on its first stream, and the last lines of the second.
private final class CollectedOutput: OutputReceiver {
    private struct State {
        var kept: [UInt8] = []
        var isCut = false
        var splitter = LineSplitter()
        var tail = OutputTail()
    }
    private let limit: Int
    private let state = Guarded(State())

    init(limit: Int) { self.limit = limit }

    var content: (kept: [UInt8], isCut: Bool) { state.with { ($0.kept, $0.isCut) } }

    var errors: String? { state.with { $0.tail.text } }

    func receive(_ bytes: Span<UInt8>, from stream: Int) {
        state.with { state in
            guard stream == 0 else { return Self.takeErrors(bytes, &state) }
            let room = min(limit - state.kept.count, bytes.count)
            for index in 0..<room { state.kept.append(bytes[index]) }
            if room < bytes.count { state.isCut = true }
        }
    }

    func finish(_ stream: Int) {
        guard stream == 1 else { return }
        state.with { state in
            var tail = state.tail
            state.splitter.finish { line, _ in tail.append(OutputText.clean(line, limit: OutputText.limits.line)) }
            state.tail = tail
        }
    }

    private static func takeErrors(_ bytes: Span<UInt8>, _ state: inout State) {
        var tail = state.tail
        state.splitter.feed(bytes) { line, _ in
            tail.append(OutputText.clean(line, limit: OutputText.limits.line))
        }
        state.tail = tail
    }
}

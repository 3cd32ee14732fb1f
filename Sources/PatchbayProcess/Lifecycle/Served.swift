internal import Glibc
internal import PatchbayPlugin
internal import PatchbayWire

/// One start of a plugin: the process, what belongs to it, and how it is ended.
///
/// Ends itself in steps on the monitor's time, whether or not anybody still holds the plugin.
final class Served: Sendable {
    let generation: UInt64
    let settings: ProcessSettings
    let endpoint: Endpoint
    let configuration: ServerConfiguration
    let output: PluginOutput
    let protection: Protection
    let child: ChildProcess
    /// The only connection of a plugin that talks on its standard input and output.
    let relay: StdioRelay?
    private let report: Descriptor?

    private struct State {
        /// The host's end of the plugin's standard input, which is closed to say that the host is gone.
        var lifeline: Descriptor?
        /// The connection over which the plugin was asked whether it is ready.
        var first: HTTPConnection?
        /// The connection over which it was asked to end.
        var goodbye: Descriptor?
        /// Its end is wanted: no crash.
        var isStopping = false
        /// The host has killed it.
        var isKilled = false
        var hasAnswered = false
        /// Its end was counted.
        var isSettled = false
        /// The process group of what bubblewrap runs.
        var inner: pid_t?
    }
    private let state: Guarded<State>

    init(
        generation: UInt64, _ settings: ProcessSettings, _ start: PreparedStart, _ child: ChildProcess,
        _ output: PluginOutput
    ) {
        self.generation = generation
        self.settings = settings
        self.child = child
        self.output = output
        endpoint = start.endpoint
        configuration = start.configuration
        protection = start.confinement.protection
        report = start.confinement.report
        relay = start.conversation.flatMap { StdioRelay(socket: $0, child: child) }
        state = Guarded(State(lifeline: start.lifeline))
    }

    // MARK: Marks

    var isStopping: Bool { state.with { $0.isStopping } }
    var isKilled: Bool { state.with { $0.isKilled } }
    var hasAnswered: Bool { state.with { $0.hasAnswered } }

    /// A call was answered.
    func noteAnswer() { state.with { $0.hasAnswered = true } }

    /// True the first time it is asked.
    func settle() -> Bool {
        state.with { state in
            defer { state.isSettled = true }
            return !state.isSettled
        }
    }

    /// Keeps the connection that the first session will get.
    func keep(_ http: HTTPConnection) { state.with { $0.first = http } }

    /// The kept connection, once.
    func takeFirst() -> HTTPConnection? {
        state.with { state in
            defer { state.first = nil }
            return state.first
        }
    }

    // MARK: Its end

    /// How it ended, seen through bubblewrap; nil while it runs.
    var end: ProgramEnd? {
        guard protection.hasBubblewrap, case .exited(let status) = child.end, status > 128, status < 193 else {
            return child.end
        }
        return .killed(signal: status - 128)
    }

    /// Kills the group at once.
    func kill() {
        state.with { $0.isKilled = true }
        child.signalGroup(SIGKILL)
    }

    /// Asks it to end, and ends it in steps if it does not. Returns at once.
    func stop() {
        let isFirst = state.with { state in
            defer {
                state.isStopping = true
                state.first = nil
            }
            return !state.isStopping
        }
        guard isFirst else { return }
        let asked = requestShutdown()
        let now = MonotonicClock.nanoseconds
        let terminates = now &+ UInt64(asked ? settings.shutdownMilliseconds : 0) &* 1_000_000
        let kills = terminates &+ UInt64(settings.terminationMilliseconds) &* 1_000_000
        // As long as the process runs, ``RunningPlugins`` holds this.
        ProcessMonitor.shared.schedule(at: terminates) { [weak self] _ in self?.terminate() }
        ProcessMonitor.shared.schedule(at: kills) { [weak self] _ in self?.kill() }
    }

    /// Moment at which a stop that begins now is over at the latest.
    var latestEnd: UInt64 {
        let milliseconds = settings.shutdownMilliseconds + settings.terminationMilliseconds + 500
        return MonotonicClock.nanoseconds &+ UInt64(milliseconds) &* 1_000_000
    }

    /// SIGTERM, and the end of standard input. Under bubblewrap the signal goes to the group inside: bubblewrap itself
    /// would end at once, and with it everything else.
    private func terminate() {
        guard child.end == nil else { return }
        state.with { $0.lifeline = nil }
        guard protection.hasBubblewrap else { return child.signalGroup(SIGTERM) }
        if let inner = innerGroup() { _ = Glibc.kill(-inner, SIGTERM) } else { child.signalGroup(SIGKILL) }
    }

    /// What bubblewrap has reported: `{"child-pid": 123, …}`.
    private func innerGroup() -> pid_t? {
        state.with { state in
            if let inner = state.inner { return inner }
            var bytes = [UInt8](repeating: 0, count: 512)
            guard let report, case .bytes(let count) = report.read(into: &bytes) else { return nil }
            let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            guard let key = text.split(separator: "\"child-pid\":", maxSplits: 1).dropFirst().first else { return nil }
            state.inner = pid_t(key.drop { $0 == " " }.prefix { $0.isNumber })
            return state.inner
        }
    }

    /// Sends `shutdown` without waiting for an answer. False when that is not possible at once.
    private func requestShutdown() -> Bool {
        if let relay {
            // The end of standard input says the same, and can be said in the middle of a call.
            relay.close()
            return true
        }
        guard case .connected(let socket) = endpoint.connect() else { return false }
        let request =
            "POST /v1/shutdown HTTP/1.1\r\nHost: patchbay\r\nAuthorization: Bearer \(configuration.token)\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n"
        guard socket.send(Array(request.utf8)) == request.utf8.count else { return false }
        // The connection is held until the process has ended: it may want to answer.
        state.with { $0.goodbye = socket }
        return true
    }
}

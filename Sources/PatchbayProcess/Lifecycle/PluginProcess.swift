internal import Glibc
package import PatchbayPlugin
package import PatchbayWire

/// A plugin that is a program of its own: started when it is first needed, watched, started again after a crash, ended
/// when it is idle. It never outlives the host, and nothing of it stays behind.
///
/// Safe to use from any thread.
package final class PluginProcess: ServingProcess {
    enum Phase {
        case stopped
        /// A thread is starting it.
        case starting
        case running(Served)
    }
    struct State {
        var phase = Phase.stopped
        var generation: UInt64 = 0
        var policy = RestartPolicy()
        /// How the last generations ended, for sessions that hear of it later than others.
        var endings: [UInt64: Ending] = [:]
        var lastUse: UInt64 = 0
        /// What was in force at the last start.
        var protection: Protection?
    }
    /// How a generation ended, for messages.
    struct Ending {
        let what: String
        let lastLines: String?
        let wasKilledByHost: Bool
    }

    let settings: ProcessSettings
    let board = ScopeBoard()
    let state = Guarded(State())

    /// A program that is not started yet.
    package init(_ settings: ProcessSettings) {
        self.settings = settings
    }

    deinit {
        if case .running(let served) = state.with({ $0.phase }) { served.stop() }
    }

    package var interface: ProcessInterface { settings.interface }

    /// What keeps the program apart from the rest of the system: `bubblewrap+seccomp`, `seccomp (bubblewrap is not
    /// installed)`, `off`. Before the first start: what is expected, found out by trying.
    package var protection: String {
        if let protection = state.with({ $0.protection }) { return protection.description }
        return Self.protection(of: settings.sandbox)
    }

    /// What keeps programs apart from the rest of the system here.
    package static func protection(of mode: SandboxMode) -> String {
        guard mode != .off else { return Protection().description }
        var protection = Protection(hasFilter: SystemCallFilter(network: false) != nil)
        switch Bubblewrap.shared.probe() {
        case .works: protection.hasBubblewrap = true
        case .unusable(let reason): protection.reason = reason
        case .unknown: break
        }
        return protection.description
    }

    // MARK: Sessions

    package func attach(_ scope: StageScope, logLinesPerSecond: Int) {
        board.attach(scope, limit: logLinesPerSecond)
    }

    package func detach(_ scope: StageScope) {
        board.detach(scope)
        use()
        if board.sessions == 0 { watchIdleness() }
    }

    package func connect(deadline: Deadline) throws(PluginError) -> ServedConnection {
        var end = MonotonicClock.nanoseconds &+ UInt64(settings.startMilliseconds) &* 2_000_000
        if let left = deadline.milliseconds { end = MonotonicClock.nanoseconds &+ UInt64(left) &* 1_000_000 }
        use()
        while true {
            let served = try running()
            if let http = try open(served, until: end) {
                return ServedConnection(http: http, generation: served.generation)
            }
            guard MonotonicClock.nanoseconds < end else {
                throw fail(served.generation, .timedOut(milliseconds: settings.startMilliseconds))
            }
        }
    }

    package func succeeded(_ generation: UInt64) {
        let now = MonotonicClock.nanoseconds
        let served = state.with { state -> Served? in
            state.policy.answered()
            state.lastUse = now
            if case .running(let served) = state.phase, served.generation == generation { return served }
            return nil
        }
        served?.noteAnswer()
    }

    func use() {
        let now = MonotonicClock.nanoseconds
        state.with { $0.lastUse = now }
    }

    /// The error with the plugin's name on it.
    func named(_ error: PluginError) -> PluginError {
        var error = error
        error.plugin = error.plugin ?? settings.name
        return error
    }
}

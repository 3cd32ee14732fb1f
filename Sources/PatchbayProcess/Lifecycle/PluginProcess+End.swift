internal import Glibc
package import PatchbayPlugin
internal import PatchbayWire

extension PluginProcess {
    /// Generations whose end is remembered.
    private static let endingsKept: UInt64 = 16

    package func fail(_ generation: UInt64, _ fault: ServingFault) -> PluginError {
        let served = state.with { state -> Served? in
            if case .running(let served) = state.phase, served.generation == generation { return served }
            return nil
        }
        if let served {
            let now = MonotonicClock.nanoseconds
            // A broken connection is mostly the first sign of a crash, and how it crashed says more.
            if case .broke = fault { _ = served.child.pidfd.isReadable(until: now &+ 100_000_000) }
            if !served.child.hasEnded { served.kill() }
            _ = served.child.waitUntilDone(until: now &+ 2_000_000_000)
            settle(served, isFault: true)
        }
        return named(message(state.with { $0.endings[generation] }, fault))
    }

    private func message(_ ending: Ending?, _ fault: ServingFault) -> PluginError {
        var error: PluginError
        switch fault {
        case .timedOut(let milliseconds):
            error = PluginError(.timedOut, "no answer within \(milliseconds) ms; the plugin's program was ended")
        case .nonsense(let what):
            error = PluginError(.invalidResult, "\(what); the plugin's program was ended")
        case .broke(let reason):
            if let ending, !ending.wasKilledByHost {
                error = PluginError(.crashed, "the plugin's program ended in a call: \(ending.what)")
            } else {
                error = PluginError(
                    .crashed, "the plugin's program broke off a call and was ended: \(reason.message)")
            }
        }
        error.cause = ending?.lastLines
        return error
    }

    /// Takes note of the end of a generation, once: what is to be said of it, and whether it was a crash.
    ///
    /// - Parameter isFault: a session has something against it; else it ended by itself.
    func settle(_ served: Served, isFault: Bool) {
        state.change { state in
            if case .running(let present) = state.phase, present === served { state.phase = .stopped }
            let ending = Ending(
                what: served.end?.description ?? "it does not end", lastLines: served.output.lastLines,
                wasKilledByHost: served.isKilled)
            state.endings[served.generation] = ending
            if served.generation > Self.endingsKept {
                state.endings[served.generation - Self.endingsKept] = nil
            }
            // One that has worked and then leaves with status 0 was idle.
            let isCrash = isFault || !(served.end == .exited(0) && served.hasAnswered)
            guard isCrash, !served.isStopping, state.generation == served.generation, served.settle() else { return }
            // While it is being started the start counts, not the crash.
            if case .starting = state.phase { return }
            let error = PluginError(.crashed, ending.what, cause: ending.lastLines)
            state.policy.crashed(at: MonotonicClock.nanoseconds, error)
        }
    }

    /// Ends the program if nobody has had a session for a while, looking again until then.
    func watchIdleness() {
        let idle = UInt64(settings.idleMilliseconds) &* 1_000_000
        guard idle > 0 else { return }
        let moment = state.with { $0.lastUse } &+ idle
        ProcessMonitor.shared.schedule(at: moment) { [weak self] _ in
            guard let self, board.sessions == 0 else { return }
            let served = state.change { state -> Served? in
                guard case .running(let served) = state.phase else { return nil }
                guard MonotonicClock.nanoseconds >= state.lastUse &+ idle else { return nil }
                state.phase = .stopped
                return served
            }
            if let served { return served.stop() }
            if case .running = state.with({ $0.phase }) { watchIdleness() }
        }
    }

    /// Ends the program, in steps if it must be, and waits until it has ended. It is started again when it is needed.
    package func stop() {
        let served = state.change { state -> Served? in
            guard case .running(let served) = state.phase else { return nil }
            state.phase = .stopped
            return served
        }
        guard let served else { return }
        let end = served.latestEnd
        served.stop()
        _ = served.child.waitUntilDone(until: end)
    }

    /// Ends all programs of this host, all at the same time, and removes its directory; for the end of the host.
    package static func stopAll() { RunningPlugins.shared.stopAll() }
}

internal import PatchbayPlugin
internal import PatchbayWire

extension PluginProcess {
    private enum Step {
        case use(Served)
        case wait
        case settle(Served)
        case start(UInt64, pause: UInt64)
        case refuse(PluginError)
    }

    /// The running program, which is started if there is none.
    func running() throws(PluginError) -> Served {
        while true {
            switch nextStep() {
            case .use(let served): return served
            case .wait:
                // A start ends by itself within its deadline.
                _ = state.wait(until: .max) { state -> Bool? in
                    if case .starting = state.phase { nil } else { true }
                }
            case .settle(let served):
                _ = served.child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000)
                settle(served, isFault: false)
            case .refuse(let error): throw named(error)
            case .start(let generation, let pause):
                if pause > 0 { Self.sleep(pause) }
                return try begin(generation)
            }
        }
    }

    private func nextStep() -> Step {
        state.change { state in
            switch state.phase {
            case .running(let served): return served.child.hasEnded ? .settle(served) : .use(served)
            case .starting: return .wait
            case .stopped:
                switch state.policy.verdict(at: MonotonicClock.nanoseconds) {
                case .refuse(let left): return .refuse(state.policy.refusal(left: left))
                case .start(let pause):
                    state.phase = .starting
                    state.generation += 1
                    return .start(state.generation, pause: pause)
                }
            }
        }
    }

    private static func sleep(_ nanoseconds: UInt64) {
        let end = MonotonicClock.nanoseconds &+ nanoseconds
        _ = Guarded(()).wait(until: end) { _ -> Bool? in nil }
    }

    private func begin(_ generation: UInt64) throws(PluginError) -> Served {
        do throws(PluginError) {
            let served = try start(generation)
            state.change { state in
                state.phase = .running(served)
                state.policy.started()
                state.protection = served.protection
            }
            if board.sessions == 0 { watchIdleness() }
            return served
        } catch {
            let error = named(error)
            state.change { state in
                state.phase = .stopped
                state.policy.startFailed(at: MonotonicClock.nanoseconds, error)
            }
            throw error
        }
    }

    /// Starts the program and waits until it is ready. With another port when the one that was chosen was taken in the
    /// meantime, and without bubblewrap when that turns out not to work here.
    private func start(_ generation: UInt64) throws(PluginError) -> Served {
        let end = MonotonicClock.nanoseconds &+ UInt64(settings.startMilliseconds) &* 1_000_000
        let transport = settings.interface.transports.first ?? .unix
        var attempts = 3
        while true {
            attempts -= 1
            let served = try spawn(generation, transport)
            do throws(PluginError) {
                try awaitReadiness(of: served, until: end)
                if served.protection.hasBubblewrap, let path = Bubblewrap.path {
                    Bubblewrap.shared.hasWorked(at: path)
                }
                return served
            } catch {
                let isVictim = wasKilled(served)
                served.kill()
                _ = served.child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 2_000_000_000)
                if attempts > 0, isVictim { continue }
                if attempts > 0, case .tcp(let port) = served.endpoint, Endpoint.isTaken(port) { continue }
                if attempts > 0, served.protection.hasBubblewrap, Bubblewrap.shared.known == .unknown,
                    case .unusable = Bubblewrap.shared.probe(), settings.sandbox == .preferred
                {
                    continue
                }
                throw explained(error, served)
            }
        }
    }

    /// Whether somebody killed it before it was ready: that says nothing of the program.
    private func wasKilled(_ served: Served) -> Bool {
        _ = served.child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 50_000_000)
        if case .killed(let signal) = served.end { return signal == 9 }
        return false
    }

    private func spawn(_ generation: UInt64, _ transport: Transport) throws(PluginError) -> Served {
        let start = try PreparedStart(settings, generation: generation, transport: transport)
        let output = PluginOutput(name: settings.name, streams: start.outputs.count, board: board)
        let directory = start.directory
        let served = Guarded<Served?>(nil)
        do throws(PluginError) {
            let child = try ProcessMonitor.shared.start(
                start.confinement.launch(start.standard), reading: start.outputs, into: output
            ) { [weak self] _ in
                directory.remove()
                guard let ended = served.with({ $0 }) else { return }
                RunningPlugins.shared.remove(ended)
                self?.settle(ended, isFault: false)
            }
            let made = Served(generation: generation, settings, start, child, output)
            served.with { $0 = made }
            RunningPlugins.shared.add(made)
            try GroupGuard.shared.start(directory: HostDirectory.shared.path())
            return made
        } catch {
            if let made = served.with({ $0 }) { made.kill() } else { directory.remove() }
            throw error
        }
    }

    /// Puts what the program said into the error of a failed start.
    private func explained(_ error: PluginError, _ served: Served) -> PluginError {
        var error = error
        let lines = served.output.lastLines
        error.cause = [error.cause, lines].compactMap { $0 }.joined(separator: ": ")
        if error.cause?.isEmpty == true { error.cause = nil }
        if served.protection.hasBubblewrap,
            lines?.contains("bwrap: ") == true || lines?.contains("No such file") == true
        {
            error.advice =
                "in the sandbox it sees the system, its own directory and granted paths only; grant read:PATH, or run it "
                + "with --sandbox off"
        }
        return error
    }
}

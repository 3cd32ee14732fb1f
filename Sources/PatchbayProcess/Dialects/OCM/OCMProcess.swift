internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A plugin of the Open Component Model as a process: started with the first call, shared by all instances, started again
/// after it has exited because nobody used it, or crashed.
///
/// Safe to use from any thread.
final class OCMProcess: Sendable {
    /// One start that led to a plugin that answers.
    struct Running: Sendable {
        let child: ChildProcess
        let output: OCMOutput
        let location: OCMLocation
        let id: String
    }

    private enum Phase {
        case resting
        case starting
        case running(Running)
    }

    private struct State {
        var phase = Phase.resting
        var policy = RestartPolicy()
        /// Whether a call has passed its deadline since the process has last answered.
        var isSuspect = false
    }

    private let path: String
    private let name: String
    private let options: OCMOptions
    private let limits: PluginLimits
    private let environment: [String: String]
    private let configurations: Bytes
    private let board = ScopeBoard()
    private let state = Guarded(State())

    /// - Parameter configurations: the entries of the OCM configuration that the plugin gets, as a JSON list.
    init(
        path: String, name: String, options: OCMOptions, limits: PluginLimits, environment: [String: String],
        configurations: Bytes
    ) {
        self.path = path
        self.name = name
        self.options = options
        self.limits = limits
        self.environment = environment
        self.configurations = configurations
    }

    // MARK: Sessions

    /// An instance begins to use it.
    func attach(_ scope: StageScope, logLinesPerSecond: Int) { board.attach(scope, limit: logLinesPerSecond) }

    /// An instance is done with it; with the last one the process is stopped.
    func detach(_ scope: StageScope) {
        // What it writes while it ends still belongs to the last scope.
        if board.sessions == 1 { stop() }
        board.detach(scope)
    }

    /// A connection to the plugin, which is started when it does not run; within the time of a start.
    func connect() throws(PluginError) -> (HTTPConnection, Running) {
        let deadline = Deadline.after(milliseconds: options.startMilliseconds)
        var lastReason = ""
        for _ in 0..<2 {
            let running = try running(deadline)
            do throws(OCMLocation.Failure) {
                let http = try running.location.connect(exit: running.child.pidfd.number, deadline: deadline)
                if try isTrusted(running, deadline) { return (http, running) }
                lastReason = "it does not answer any more"
            } catch {
                lastReason = error.reason
            }
            // It exits when nobody has used it for a while, which may be just now.
            discard(running)
        }
        throw PluginError(.crashed, "no connection to the plugin \(name)", cause: lastReason)
    }

    /// The plugin has answered.
    func answered() {
        state.with { state in
            state.policy.answered()
            state.isSuspect = false
        }
    }

    /// A call to `running` brought no answer. Says why, and ends the process if it is of no more use.
    func failed(_ running: Running, _ error: WireError, during operation: String) -> PluginError {
        switch error.code {
        case .timedOut:
            // Others may be served well; the next call asks first.
            state.with { $0.isSuspect = true }
            return PluginError(
                .timedOut, "no answer to \(operation) in \(limits.millisecondsPerCall ?? 0) ms",
                advice: "give the plugin more time (limits: {time: ...})")
        case .malformed, .tooLarge:
            return PluginError(.invalidResult, "the answer to \(operation) cannot be read", cause: error.message)
        case .closed, .brokenOff, .exited, .io:
            let end = running.child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 300_000_000)
            guard let end else {
                return PluginError(
                    .crashed, "the plugin broke off while it answered \(operation)", cause: error.message)
            }
            let crash = PluginError(
                .crashed, "the plugin ended while it answered \(operation): \(end.description)",
                cause: running.output.lastLines)
            discard(running)
            state.with { $0.policy.crashed(at: MonotonicClock.nanoseconds, crash) }
            return crash
        }
    }

    // MARK: Start

    private func running(_ deadline: Deadline) throws(PluginError) -> Running {
        enum Turn {
            case use(Running)
            case start
            case refused(PluginError)
        }
        let turn = state.wait(until: deadline.moment) { state -> Turn? in
            switch state.phase {
            case .starting: return nil
            case .running(let running) where !running.child.hasEnded: return .use(running)
            case .running(let running):
                OCMSocketFiles.remove(id: running.id)
                state.phase = .resting
            case .resting: break
            }
            if case .refuse(let left) = state.policy.verdict(at: MonotonicClock.nanoseconds) {
                return .refused(state.policy.refusal(left: left))
            }
            state.phase = .starting
            return .start
        }
        switch turn {
        case nil: throw PluginError(.timedOut, "the plugin \(name) did not start in time")
        case .use(let running): return running
        case .refused(let error): throw error
        case .start: break
        }
        do throws(PluginError) {
            let running = try start(deadline)
            state.change { state in
                state.phase = .running(running)
                state.policy.started()
                state.isSuspect = false
            }
            return running
        } catch {
            state.change { state in
                state.phase = .resting
                state.policy.startFailed(at: MonotonicClock.nanoseconds, error)
            }
            throw error
        }
    }

    private func start(_ deadline: Deadline) throws(PluginError) -> Running {
        OCMSocketFiles.sweep(name: name)
        let id = OCMSocketFiles.id(for: name)
        let (child, output) = try launch(id)
        do throws(PluginError) {
            let location = try location(child, output, deadline)
            let running = Running(child: child, output: output, location: location, id: id)
            try waitUntilReady(running, deadline)
            return running
        } catch {
            end(child)
            OCMSocketFiles.remove(id: id)
            throw error
        }
    }

    private func launch(_ id: String) throws(PluginError) -> (ChildProcess, OCMOutput) {
        try GroupGuard.shared.start(directory: try HostDirectory.shared.path())
        let null = try Descriptor.null()
        let (standardOutput, outputEnd) = try Descriptor.pipe()
        let (standardError, errorEnd) = try Descriptor.pipe()
        var launch = Launch(
            path: path, arguments: [name, "--config", configuration(id)], descriptors: [null, outputEnd, errorEnd])
        launch.environment = environment
        launch.directory = options.directory ?? CurrentDirectory.path
        launch.limits = ResourceLimit.plugin(limits, Grants([.write("/")]))
        let output = OCMOutput(PluginOutput(name: name, streams: 2, board: board))
        let child = try ProcessMonitor.shared.start(
            launch, reading: [standardOutput, standardError], into: output, whenDone: { output.ended($0) })
        return (child, output)
    }

    private func configuration(_ id: String) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("id", id)
            json.member("type", options.usesTCP ? "tcp" : "unix")
            json.member("pluginType", "")
            // A duration of Go: nanoseconds.
            json.member("idleTimeout", Int64(clamping: options.idleMilliseconds) &* 1_000_000)
            if configurations.count > 0 {
                json.key("configTypes")
                let list = configurations
                json.value(json: list.span)
            }
        }
        return json.finish().text
    }

    private func location(
        _ child: ChildProcess, _ output: OCMOutput, _ deadline: Deadline
    ) throws(PluginError) -> OCMLocation {
        switch output.waitForLocation(until: deadline.moment) {
        case .location(let location): return location
        case .refused(let error): throw error
        case .ended(let end):
            throw PluginError(
                .crashed, "the plugin \(name) did not start: \(end.description)", cause: output.lastLines)
        case nil:
            throw PluginError(
                .timedOut, "the plugin \(name) did not say in time where it listens", cause: output.lastLines,
                advice: "a plugin of OCM prints 'http+unix://PATH' or 'http://127.0.0.1:PORT' on standard output")
        }
    }

    /// Asks until there is an answer; what it says makes no difference.
    private func waitUntilReady(_ running: Running, _ deadline: Deadline) throws(PluginError) {
        var pause: UInt64 = 2_000_000
        var reason = "no answer"
        while !deadline.hasPassed {
            if let problem = health(running, min(deadline, .after(milliseconds: 1000))) {
                reason = problem
            } else {
                return
            }
            let next = MonotonicClock.nanoseconds &+ pause
            if let end = running.child.waitUntilDone(until: min(next, deadline.moment)) {
                throw PluginError(
                    .crashed, "the plugin \(name) did not start: \(end.description)", cause: running.output.lastLines)
            }
            pause = min(pause * 2, 100_000_000)
        }
        throw PluginError(
            .timedOut, "the plugin \(name) is not ready at \(running.location.description)", cause: reason)
    }

    /// What is wrong; nil when the plugin answers.
    private func health(_ running: Running, _ deadline: Deadline) -> String? {
        do throws(OCMLocation.Failure) {
            let http = try running.location.connect(exit: running.child.pidfd.number, deadline: deadline)
            do throws(WireError) {
                try http.send("GET", "/healthz", deadline: deadline)
                return try http.receiveHead(deadline: deadline) == nil ? "it closes connections" : nil
            } catch {
                return error.message
            }
        } catch {
            return error.reason
        }
    }

    /// Whether calls may be sent: not after one that was never answered, until the plugin has shown that it lives.
    private func isTrusted(_ running: Running, _ deadline: Deadline) throws(OCMLocation.Failure) -> Bool {
        guard state.with({ $0.isSuspect }) else { return true }
        guard health(running, min(deadline, .after(milliseconds: options.healthMilliseconds))) == nil else {
            return false
        }
        state.with { $0.isSuspect = false }
        return true
    }

    // MARK: Stop

    /// Forgets a process that is of no use, and ends it.
    private func discard(_ running: Running) {
        state.change { state in
            if case .running(let present) = state.phase, present.child === running.child { state.phase = .resting }
        }
        end(running.child)
        OCMSocketFiles.remove(id: running.id)
    }

    /// Stops the process if it runs. Waits until it has ended.
    func stop() {
        let running = state.change { state -> Running? in
            guard case .running(let running) = state.phase else { return nil }
            state.phase = .resting
            return running
        }
        guard let running else { return }
        end(running.child)
        OCMSocketFiles.remove(id: running.id)
    }

    /// What hosts of OCM send, then what ends every program.
    private func end(_ child: ChildProcess) {
        for signal in [SIGINT, SIGTERM, SIGKILL] {
            child.signalGroup(signal)
            let wait = UInt64(signal == SIGTERM ? options.stopMilliseconds / 2 : options.stopMilliseconds)
            if child.waitUntilDone(until: MonotonicClock.nanoseconds &+ wait * 1_000_000) != nil { return }
        }
    }
}

extension Deadline {
    /// The same on the clock that the monitor goes by.
    fileprivate var moment: UInt64 {
        guard let milliseconds else { return .max }
        return MonotonicClock.nanoseconds &+ UInt64(milliseconds) &* 1_000_000
    }
}

/// Where this program runs.
enum CurrentDirectory {
    /// Its path; `/` when it has none any more.
    static var path: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}

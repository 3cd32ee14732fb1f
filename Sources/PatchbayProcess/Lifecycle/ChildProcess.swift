internal import Glibc
internal import PatchbayPlugin

/// Takes what a program writes; called on the monitor's thread alone.
protocol OutputReceiver: AnyObject, Sendable {
    /// More bytes from one of the program's streams, by its index.
    func receive(_ bytes: Span<UInt8>, from stream: Int)
    /// A stream has ended.
    func finish(_ stream: Int)
}

/// A program that was started, and its process group. The monitor watches it and collects it when it has ended.
final class ChildProcess: Sendable {
    /// The process, and its group.
    let pid: pid_t
    /// Readable when it has ended.
    let pidfd: Descriptor
    private struct State {
        /// Set when the process was collected: from then on its id may be another's.
        var end: ProgramEnd?
        /// Its output was read to the end, and everything that belongs to it was cleared away.
        var isDone = false
    }
    private let state = Guarded(State())

    init(pid: pid_t, pidfd: Descriptor) {
        self.pid = pid
        self.pidfd = pidfd
    }

    /// Whether the process has ended, which may not have been collected yet.
    var hasEnded: Bool { pidfd.isReadable(until: 0) }

    /// How it ended; nil while it has not been collected.
    var end: ProgramEnd? { state.with { $0.end } }

    /// Sends a signal to the whole group, if the process has not been collected.
    func signalGroup(_ signal: CInt) {
        state.with { state in
            guard state.end == nil else { return }
            _ = kill(-pid, signal)
        }
    }

    /// Waits until it has ended and all of its output was read; nil when the clock reached `moment` before.
    func waitUntilDone(until moment: UInt64) -> ProgramEnd? {
        state.wait(until: moment) { $0.isDone ? $0.end ?? .unknown : nil }
    }

    /// Ends what is left of the group and collects the process; for the monitor. Nil while it runs.
    func collect() -> ProgramEnd? {
        state.change { state in
            // As long as the process is not collected nobody else can get its id, so the signal reaches the right group.
            _ = kill(-pid, SIGKILL)
            state.end = ProgramEnd.collect(pidfd)
            return state.end
        }
    }

    /// Nothing more will come; for the monitor.
    func markDone() { state.change { $0.isDone = true } }
}

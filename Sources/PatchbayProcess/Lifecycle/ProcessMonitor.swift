internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayPlugin

/// The one thread of the host that starts programs, reads what they write, collects them when they have ended, and keeps
/// the time. It begins with the first program and never ends: the kernel kills the programs when it does.
final class ProcessMonitor: Sendable {
    static let shared = ProcessMonitor()

    typealias Task = @Sendable (MonitorLoop) -> Void

    private struct State {
        var tasks: [Task] = []
        var wake: Descriptor?
    }
    private let state = Guarded(State())

    /// Runs `task` on the thread, soon.
    func perform(_ task: @escaping Task) throws(PluginError) {
        let wake = try state.with { (state) throws(PluginError) -> Descriptor? in
            if state.wake == nil { state.wake = try Self.begin() }
            state.tasks.append(task)
            return state.wake
        }
        wake?.write([1, 0, 0, 0, 0, 0, 0, 0])
    }

    /// Starts a program and waits until it is executed.
    ///
    /// - Parameter streams: the read ends of its output; read until they end.
    /// - Parameter whenDone: called on the thread when the program has ended and its output was read.
    func start(
        _ launch: Launch, reading streams: [Descriptor] = [], into receiver: (any OutputReceiver)? = nil,
        whenDone: @escaping @Sendable (ProgramEnd) -> Void = { _ in }
    ) throws(PluginError) -> ChildProcess {
        let answer = Guarded<Result<ChildProcess, PluginError>?>(nil)
        try perform { loop in
            let result = Result<ChildProcess, PluginError> { () throws(PluginError) in
                try loop.start(launch, reading: streams, into: receiver, whenDone: whenDone)
            }
            answer.change { $0 = result }
        }
        guard let result = answer.wait(until: .max, { $0 }) else { throw PluginError(.internalError, "no answer") }
        return try result.get()
    }

    /// Runs `task` on the thread when the clock reaches `moment`.
    func schedule(at moment: UInt64, _ task: @escaping Task) {
        // Without a thread there is nothing whose time could come.
        try? perform { $0.schedule(at: moment, task) }
    }

    fileprivate func takeTasks() -> [Task] {
        state.with { state in
            defer { state.tasks.removeAll() }
            return state.tasks
        }
    }

    private static func begin() throws(PluginError) -> Descriptor {
        let wake = try Descriptor.event()
        let loop = MonitorLoop(wake: wake)
        try DetachedThread.start { loop.run(for: .shared) }
        return wake
    }
}

/// What the monitor's thread knows.
// Invariant behind @unchecked: after it was made it is used by that thread alone.
final class MonitorLoop: @unchecked Sendable {
    /// Nanoseconds for which the output of a program that has ended is still read: its grandchildren may hold the pipes.
    private static let drainTime: UInt64 = 100_000_000
    /// Most pieces that are read from one stream before the others have their turn.
    private static let turns = 4

    private struct Watched {
        let child: ChildProcess
        let receiver: (any OutputReceiver)?
        let whenDone: @Sendable (ProgramEnd) -> Void
        var streams: [Descriptor?]
        var end: ProgramEnd?
        var readsUntil = UInt64.max

        var isDone: Bool {
            end != nil && (streams.allSatisfy { $0 == nil } || MonotonicClock.nanoseconds >= readsUntil)
        }
    }
    private let wake: Descriptor
    private var watched: [Watched] = []
    private var timers: [(moment: UInt64, task: ProcessMonitor.Task)] = []
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    init(wake: Descriptor) { self.wake = wake }

    func start(
        _ launch: Launch, reading streams: [Descriptor], into receiver: (any OutputReceiver)?,
        whenDone: @escaping @Sendable (ProgramEnd) -> Void
    ) throws(PluginError) -> ChildProcess {
        let (pid, pidfd) = try launch.start()
        let child = ChildProcess(pid: pid, pidfd: pidfd)
        if launch.diesWithHost { GroupGuard.shared.add(pid) }
        watched.append(Watched(child: child, receiver: receiver, whenDone: whenDone, streams: streams))
        return child
    }

    func schedule(at moment: UInt64, _ task: @escaping ProcessMonitor.Task) {
        let index = timers.firstIndex { $0.moment > moment } ?? timers.count
        timers.insert((moment, task), at: index)
    }

    fileprivate func run(for monitor: ProcessMonitor) {
        while true {
            for task in monitor.takeTasks() { task(self) }
            let now = MonotonicClock.nanoseconds
            while let first = timers.first, first.moment <= now {
                timers.removeFirst()
                first.task(self)
            }
            wait()
        }
    }

    private func wait() {
        var entries = [pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0)]
        var end = timers.first?.moment ?? .max
        for program in watched {
            let isOver = program.end != nil
            entries.append(pollfd(fd: isOver ? -1 : program.child.pidfd.number, events: Int16(POLLIN), revents: 0))
            for stream in program.streams {
                entries.append(pollfd(fd: stream?.number ?? -1, events: Int16(POLLIN), revents: 0))
            }
            end = min(end, program.readsUntil)
        }
        Descriptor.poll(&entries, until: end)
        if entries[0].revents != 0 { _ = wake.read(into: &buffer) }
        var place = 1
        for index in watched.indices {
            let isOver = entries[place].revents != 0
            place += 1
            for stream in watched[index].streams.indices {
                if entries[place].revents != 0 { read(index, stream) }
                place += 1
            }
            if isOver { collect(index) }
        }
        finish()
    }

    private func read(_ index: Int, _ stream: Int) {
        for _ in 0..<Self.turns {
            guard let descriptor = watched[index].streams[stream] else { return }
            switch descriptor.read(into: &buffer) {
            case .nothing: return
            case .bytes(let count):
                watched[index].receiver?.receive(buffer.span.extracting(0..<count), from: stream)
                if count < buffer.count { return }
            case .end:
                watched[index].streams[stream] = nil
                watched[index].receiver?.finish(stream)
            }
        }
    }

    private func collect(_ index: Int) {
        guard let end = watched[index].child.collect() else { return }
        GroupGuard.shared.remove(watched[index].child.pid)
        watched[index].end = end
        watched[index].readsUntil = MonotonicClock.nanoseconds &+ Self.drainTime
        for stream in watched[index].streams.indices { read(index, stream) }
    }

    private func finish() {
        let done = watched.filter(\.isDone)
        guard !done.isEmpty else { return }
        watched.removeAll { program in done.contains { $0.child === program.child } }
        for program in done {
            for (index, stream) in program.streams.enumerated() where stream != nil { program.receiver?.finish(index) }
            program.whenDone(program.end ?? .unknown)
            program.child.markDone()
        }
    }
}

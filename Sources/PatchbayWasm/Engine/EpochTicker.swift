internal import Glibc
internal import Synchronization

/// The process's clock for deadlines: one thread that moves all engines on while calls are under way, and sleeps
/// otherwise.
///
/// Every instance has a deadline of its own, in ticks from the beginning of its call; the ticker never ends anything.
final class EpochTicker: Sendable {
    static let shared = EpochTicker()
    /// Milliseconds between ticks; a call is ended at most two ticks after its deadline.
    static let period = 5

    private struct State {
        var engines: [WasmEngine] = []
        var isRunning = false
    }
    private let state = Mutex(State())
    /// Instances that exist. Without any, nobody has a deadline.
    private let users = Atomic<Int>(0)

    func add(_ engine: WasmEngine) { state.withLock { $0.engines.append(engine) } }

    /// An instance was made.
    func enter() {
        if users.add(1, ordering: .relaxed).newValue == 1 { start() }
    }

    /// An instance is gone.
    func leave() { users.subtract(1, ordering: .relaxed) }

    private func start() {
        let mayStart = state.withLock { state in
            if state.isRunning { return false }
            state.isRunning = true
            return true
        }
        guard mayStart else { return }
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { _ in
                EpochTicker.shared.run()
                return nil
            }, nil)
        guard result == 0 else {
            state.withLock { $0.isRunning = false }
            return
        }
        pthread_detach(thread)
    }

    private func run() {
        while true {
            usleep(UInt32(Self.period) * 1000)
            let goesOn = state.withLock { state in
                for engine in state.engines { engine.tick() }
                if users.load(ordering: .relaxed) == 0 { state.isRunning = false }
                return state.isRunning
            }
            guard goesOn else {
                // Someone may have come between the question and the answer.
                if users.load(ordering: .relaxed) > 0 { start() }
                return
            }
        }
    }
}

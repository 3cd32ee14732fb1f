internal import Glibc

/// State behind a lock, with the possibility to wait for a change of it.
///
/// The one place of the module that touches POSIX locks.
// Invariant behind @unchecked: `state` is touched only while the mutex is held.
@safe
final class Monitor<State>: @unchecked Sendable {
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: sending State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// How often a thread offers its processor to others before it sleeps. Chunks take tens of microseconds, and so
    /// does waking a thread: counting messages with two threads takes a third longer without this.
    private static var patience: Int { 50 }

    private func lock() {
        for _ in 0..<Self.patience {
            if unsafe pthread_mutex_trylock(mutex) == 0 { return }
            sched_yield()
        }
        unsafe pthread_mutex_lock(mutex)
    }

    /// Locks the state when `isReady` holds for it.
    private func lock(when isReady: (State) -> Bool) {
        lock()
        for _ in 0..<Self.patience {
            if isReady(state) { return }
            unsafe pthread_mutex_unlock(mutex)
            sched_yield()
            lock()
        }
        while !isReady(state) { unsafe pthread_cond_wait(condition, mutex) }
    }

    /// Runs `body` with the state locked, then wakes all who wait.
    func update<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock()
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Runs `body` with the state locked and wakes nobody.
    func read<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Waits until `condition` holds, runs `body` on the state, and wakes all who wait.
    func wait<Result, Failure: Error>(
        until isReady: (State) -> Bool, _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock(when: isReady)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until `condition` holds or so many milliseconds have passed; says whether it holds.
    func wait(until isReady: (State) -> Bool, milliseconds: Int) -> Bool {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += milliseconds / 1000
        deadline.tv_nsec += (milliseconds % 1000) * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !isReady(state) {
            if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return isReady(state) }
        }
        return true
    }
}

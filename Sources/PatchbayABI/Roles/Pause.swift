internal import Glibc
internal import PatchbayPlugin

/// Keeps a run from spinning when a source that may wait has nothing and does not wait.
struct Pause {
    private let began = MonotonicClock.nanoseconds

    /// Waits a few milliseconds unless some time has passed already.
    func end() {
        if MonotonicClock.nanoseconds &- began < 1_000_000 { usleep(5000) }
    }
}

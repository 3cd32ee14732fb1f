internal import PatchbayPlugin
internal import Synchronization

/// What all threads of a run share: the first failure, the wish to stop, and progress.
final class RunControl: Sendable {
    private let failure = Mutex<PluginError?>(nil)
    private let stopping = Atomic<Bool>(false)
    let bytesRead = Atomic<UInt64>(0)
    let recordsWritten = Atomic<UInt64>(0)
    let remainingBytes = Atomic<UInt64>(UInt64.max)
    private let onFailure = Mutex<[@Sendable () -> Void]>([])

    /// Whether the run is to end early, for whatever reason.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Whether someone asked for the stop.
    var wasStopped: Bool { stopping.load(ordering: .relaxed) }

    /// The first failure.
    var error: PluginError? { failure.withLock { $0 } }

    /// Whether a stage failed.
    var hasFailed: Bool { error != nil }

    /// Asks all sources to end.
    func stop() { stopping.store(true, ordering: .relaxed) }

    /// Notes a failure and wakes everybody who waits.
    func fail(_ error: PluginError) {
        let isFirst = failure.withLock { failure in
            guard failure == nil else { return false }
            failure = error
            return true
        }
        stop()
        guard isFirst else { return }
        for action in onFailure.withLock({ $0 }) { action() }
    }

    /// Has `action` run at the first failure: closing what others wait for.
    func whenFailed(_ action: @escaping @Sendable () -> Void) {
        onFailure.withLock { $0.append(action) }
    }
}

/// Says that nothing a source could still deliver would reach a sink.
final class SaturationSignal: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}

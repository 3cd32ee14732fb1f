internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// One request to an instance.
struct ProcessRequest {
    let operation: ProcessOperation
    let fields: HTTPFields
    /// What the body is.
    let type: String
    let body: [Bytes]
    /// Whether it is no error that the plugin does not know it.
    let isOptional: Bool

    /// All headers.
    func fields(instance: String?, _ deadline: Deadline) -> HTTPFields {
        var all = fields
        if let instance, operation != .create, operation != .recognize { all.append(WireHeader.instance, instance) }
        if !body.isEmpty { all.append("Content-Type", type) }
        if let left = deadline.milliseconds { all.append(WireHeader.deadline, String(left)) }
        return all
    }
}

/// Pauses between attempts: 5 ms, doubled each time up to 200 ms.
struct GrowingPause {
    private var milliseconds = 5

    /// Waits; returns false when the deadline comes first.
    mutating func wait(until deadline: Deadline) -> Bool {
        if let left = deadline.milliseconds, left <= milliseconds { return false }
        usleep(UInt32(milliseconds) * 1000)
        milliseconds = min(milliseconds * 2, 200)
        return true
    }
}

/// Keeps a run from spinning when a source that may wait has nothing and does not wait.
struct SourcePause {
    private let began = MonotonicClock.nanoseconds

    /// Waits a few milliseconds unless some time has passed already.
    func end() {
        if MonotonicClock.nanoseconds &- began < 1_000_000 { usleep(5000) }
    }
}

internal import Glibc

/// A point in time until which something may take; never moves.
public struct Deadline: Sendable, Comparable {
    /// Nanoseconds of the clock that never goes back; `max` for never.
    private let nanoseconds: UInt64

    private init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// So many milliseconds from now; nil for never.
    public static func after(milliseconds: Int?) -> Deadline {
        guard let milliseconds else { return .never }
        let (span, overflow) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .never : Deadline(nanoseconds: now &+ span)
    }

    /// No end.
    public static var never: Deadline { Deadline(nanoseconds: .max) }

    /// Whether it has passed.
    public var hasPassed: Bool { nanoseconds != .max && Self.now >= nanoseconds }

    /// Milliseconds that are left, rounded up; nil for no end.
    public var milliseconds: Int? {
        guard nanoseconds != .max else { return nil }
        let now = Self.now
        return now >= nanoseconds ? 0 : Int((nanoseconds - now + 999_999) / 1_000_000)
    }

    /// The earlier one is less.
    public static func < (a: Deadline, b: Deadline) -> Bool { a.nanoseconds < b.nanoseconds }

    private static var now: UInt64 { monotonicNanoseconds() }
}

/// Nanoseconds of the clock that never goes back.
private func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

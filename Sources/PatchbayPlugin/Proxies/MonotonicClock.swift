internal import Glibc

/// The system's monotonic clock.
public enum MonotonicClock {
    /// Nanoseconds since some fixed moment.
    public static var nanoseconds: UInt64 { unsafe clock_gettime_nsec(CLOCK_MONOTONIC) }

    @unsafe
    private static func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

internal import Glibc
internal import PatchbayCore
public import PatchbayPlugin

extension HostServices {
    /// Nanoseconds: since the epoch for kind 0, of a clock that never goes back for kind 1.
    public func clock(_ kind: Int32) throws(PluginError) -> Int64 {
        guard mayReadClock else { throw Grant.clock.missing }
        switch kind {
        case 0: return Self.time(CLOCK_REALTIME)
        case 1: return Self.time(CLOCK_MONOTONIC)
        default: throw PluginError(.invalidResult, "asks for the clock \(kind), which there is not")
        }
    }

    private static func time(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Fills `bytes` from the operating system's generator (`getentropy`, 256 bytes at a time).
    public func random(_ bytes: inout MutableSpan<UInt8>) throws(PluginError) {
        guard mayUseRandom else { throw Grant.random.missing }
        var done = 0
        while done < bytes.count {
            let size = min(256, bytes.count - done)
            let result = unsafe bytes.withUnsafeMutableBytes { memory in
                unsafe memory.baseAddress.map { unsafe getentropy($0.advanced(by: done), size) } ?? -1
            }
            done += size
            if result != 0 {
                throw PluginError(.io, "there are no random bytes", cause: HostSystem.reason())
            }
        }
    }

    /// The value that the stage keeps under `key`; nil when there is none.
    public func state(_ key: Span<UInt8>) throws(PluginError) -> [UInt8]? {
        guard mayKeepState else { throw Grant.state.missing }
        return scope.state[[UInt8](copying: key)]
    }

    /// Keeps `value` under `key`. 0, or -1 when the stage's state would grow over its limit.
    public func setState(_ key: Span<UInt8>, _ value: Span<UInt8>) throws(PluginError) -> Int32 {
        guard mayKeepState else { throw Grant.state.missing }
        let (size, overflow) = key.count.addingReportingOverflow(value.count)
        guard !overflow, size <= limits.stateBytes else { return -1 }
        let isKept = scope.state.set([UInt8](copying: key), [UInt8](copying: value), limit: limits.stateBytes)
        return isKept ? 0 : -1
    }

    /// Takes `key` out of what the stage keeps.
    public func removeState(_ key: Span<UInt8>) throws(PluginError) {
        guard mayKeepState else { throw Grant.state.missing }
        scope.state.remove([UInt8](copying: key))
    }
}

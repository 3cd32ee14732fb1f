import Glibc
import PatchbayCore

/// Finds line ends with the C library's vector code. The one place of the module where lines are searched in raw memory.
enum LineScan {
    /// Appends the offsets of the newlines in `start ..< end` of `buffer` to `ends`, `limit` at most.
    static func findNewlines(
        in buffer: Buffer,
        from start: Int,
        to end: Int,
        limit: Int,
        into ends: inout [Int32]
    ) {
        precondition(start >= 0 && start <= end && end <= buffer.capacity && end <= Int(Int32.max))
        unsafe buffer.withUnsafeBytes { memory in
            guard let base = memory.baseAddress else { return }
            var at = start
            var left = limit
            while left > 0, at < end, let hit = unsafe memchr(base + at, 0x0A, end - at) {
                let offset = unsafe UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
                ends.append(Int32(truncatingIfNeeded: offset))
                at = offset &+ 1
                left &-= 1
            }
        }
    }

    /// The offset of the first newline in `start ..< end` of `buffer`.
    static func firstNewline(in buffer: Buffer, from start: Int, to end: Int) -> Int? {
        precondition(start >= 0 && start <= end && end <= buffer.capacity)
        return unsafe buffer.withUnsafeBytes { memory in
            guard start < end, let base = memory.baseAddress, let hit = unsafe memchr(base + start, 0x0A, end - start)
            else { return nil }
            return unsafe UnsafeRawPointer(base).distance(to: UnsafeRawPointer(hit))
        }
    }

    /// The offset of the last newline in `start ..< end` of `buffer`.
    static func lastNewline(in buffer: Buffer, from start: Int, to end: Int) -> Int? {
        precondition(start >= 0 && start <= end && end <= buffer.capacity)
        var at = end
        while at > start {
            at &-= 1
            if buffer.load(at, as: UInt8.self) == 0x0A { return at }
        }
        return nil
    }
}

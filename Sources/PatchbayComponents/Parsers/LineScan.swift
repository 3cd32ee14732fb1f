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

extension LineScan {
    /// Whether a line ends in the input, or the part does.
    static func hasLine(_ input: ParseInput) -> Bool {
        input.isLast || firstNewline(in: input.buffer, from: input.start, to: input.end) != nil
    }

    /// Reports the rest of a line whose beginning was thrown away because it was too large.
    static func skipDiscarded(_ input: ParseInput, _ output: ParseOutput) -> ParseResult {
        let newline = firstNewline(in: input.buffer, from: input.start, to: input.end)
        let length = (newline.map { $0 + 1 } ?? input.end) - input.start
        output.skip(position: input.position, length: length, reason: .tooLarge)
        return ParseResult(consumed: length, isStillDiscarding: newline == nil && !input.isLast)
    }

    /// What a parser of lines uses up: everything up to the last newline, or everything at the end of the part.
    static func boundary(_ input: ParseInput) -> ParseResult {
        if input.isLast { return ParseResult(consumed: input.end - input.start) }
        if let newline = lastNewline(in: input.buffer, from: input.start, to: input.end) {
            return ParseResult(consumed: newline + 1 - input.start)
        }
        if input.continuesDiscarded {
            return ParseResult(consumed: input.end - input.start, isStillDiscarding: true)
        }
        return ParseResult(consumed: 0)
    }
}

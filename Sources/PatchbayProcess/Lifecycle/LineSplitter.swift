internal import Glibc

/// Cuts a stream of bytes into lines, in bounded memory: what follows the first 64 KB of a line is left out.
struct LineSplitter {
    static let limit = 64 << 10
    private var pending: [UInt8] = []
    private var isSkipping = false

    /// Takes in more bytes and hands on the lines that they complete, without their ends.
    mutating func feed(_ bytes: Span<UInt8>, _ body: (Span<UInt8>, _ isCut: Bool) -> Void) {
        var start = 0
        while start < bytes.count {
            let end = Self.newline(in: bytes, from: start)
            let piece = bytes.extracting(start..<(end ?? bytes.count))
            start += piece.count + 1
            if isSkipping {
                isSkipping = end == nil
            } else if end != nil, pending.isEmpty, piece.count <= Self.limit {
                body(piece, false)
            } else {
                take(piece, isComplete: end != nil, body)
            }
        }
    }

    /// Hands on what is left when the stream has ended.
    mutating func finish(_ body: (Span<UInt8>, _ isCut: Bool) -> Void) {
        if !pending.isEmpty { body(pending.span, false) }
        pending = []
        isSkipping = false
    }

    private mutating func take(
        _ piece: Span<UInt8>, isComplete: Bool, _ body: (Span<UInt8>, _ isCut: Bool) -> Void
    ) {
        let room = Self.limit - pending.count
        let isCut = piece.count > room
        pending.reserveCapacity(min(Self.limit, pending.count + piece.count))
        for index in 0..<min(room, piece.count) { pending.append(piece[index]) }
        guard isComplete || isCut else { return }
        body(pending.span, isCut)
        isSkipping = !isComplete
        // A long line does not keep its memory.
        pending.removeAll(keepingCapacity: pending.count < 4096)
    }

    private static func newline(in bytes: Span<UInt8>, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { memory in
            guard let base = memory.baseAddress,
                let found = unsafe memchr(base + start, 0x0A, memory.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}

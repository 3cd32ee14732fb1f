internal import PatchbayCore

/// Hands an input out in pieces, each in memory of its own, as a source and the engine do.
struct Feed: ~Escapable {
    /// Where the pieces end.
    enum Pieces {
        /// All at once.
        case whole
        /// Pieces of 1 to 64 bytes, sometimes more.
        case random(seed: UInt64)
    }

    private let bytes: Span<UInt8>
    private var state: UInt64
    private let isWhole: Bool
    /// The end of what was handed out, in the input.
    private var end = 0
    /// The first byte not yet consumed, in the input.
    private var start = 0
    /// Where the buffer begins, in the input.
    private var origin = 0
    private var buffer = Buffer(capacity: 0)

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, pieces: Pieces) {
        self.bytes = bytes
        switch pieces {
        case .whole: (isWhole, state) = (true, 1)
        case .random(let seed): (isWhole, state) = (false, seed | 1)
        }
    }

    var available: Int { end - start }
    var isLast: Bool { end == bytes.count }
    var position: UInt64 { UInt64(start) }

    mutating func consume(_ count: Int) { start += count }

    /// Hands out the next piece, behind the `count` bytes that were left over. A lead of some bytes stands in front, so
    /// that a parser that takes positions in the buffer for positions in the source is found out.
    mutating func advance(keeping count: Int) {
        let next = isWhole ? bytes.count : min(bytes.count, end + pieceSize())
        let lead = isWhole ? 0 : min(start, 3)
        origin = start - lead
        end = next
        buffer = Buffer(capacity: end - origin)
        buffer.write(bytes.extracting(origin..<end), at: 0)
    }

    func input(continuesDiscarded: Bool) -> ParseInput {
        ParseInput(
            buffer: buffer,
            start: start - origin,
            end: end - origin,
            position: UInt64(start),
            isLast: isLast,
            continuesDiscarded: continuesDiscarded
        )
    }

    private mutating func pieceSize() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let size = Int(state & 63) + 1
        return state & 0x700 == 0 ? size * 37 : size
    }
}

/// What a parser gets: bytes not yet consumed, and where they are.
public struct ParseInput: Sendable {
    /// The memory; its first `end` bytes are input. Columns may show ranges of it.
    public let buffer: Buffer
    /// First byte not yet consumed.
    public let start: Int
    /// End of the bytes.
    public let end: Int
    /// Position in the source part of the byte at `start`.
    public let position: UInt64
    /// Whether the part ends at `end`: what is incomplete now stays incomplete.
    public let isLast: Bool
    /// Whether the engine threw away the beginning of the record in progress because it was too large: the parser then
    /// skips to the next record boundary first.
    public let continuesDiscarded: Bool

    /// An input. Traps when the range does not lie inside the buffer.
    public init(
        buffer: Buffer,
        start: Int,
        end: Int,
        position: UInt64,
        isLast: Bool,
        continuesDiscarded: Bool = false
    ) {
        precondition(start >= 0 && start <= end && end <= buffer.capacity)
        self.buffer = buffer
        self.start = start
        self.end = end
        self.position = position
        self.isLast = isLast
        self.continuesDiscarded = continuesDiscarded
    }

    /// All of a chunk.
    public init(_ chunk: Chunk, continuesDiscarded: Bool = false) {
        self.init(
            buffer: chunk.bytes.buffer,
            start: chunk.bytes.offset,
            end: chunk.bytes.offset + chunk.bytes.count,
            position: chunk.position,
            isLast: chunk.isLast,
            continuesDiscarded: continuesDiscarded
        )
    }

    /// The same input without its first `count` bytes, which were consumed. Traps when there are fewer.
    public func dropping(_ count: Int) -> ParseInput {
        ParseInput(
            buffer: buffer,
            start: start + count,
            end: end,
            position: position &+ UInt64(count),
            isLast: isLast
        )
    }

    /// The bytes from `start` to `end`.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = buffer.bytes(at: start, count: end - start)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

/// What a parser says after a call.
public struct ParseResult: Sendable, Equatable {
    /// Bytes used up, from `start` on. Everything in them is a record, a separator or a reported region.
    public var consumed: Int
    /// True when even the end of the input lies in a record whose beginning was discarded.
    public var isStillDiscarding: Bool

    /// `consumed` bytes were used. Zero means: more bytes are needed, and is no error.
    public init(consumed: Int, isStillDiscarding: Bool = false) {
        self.consumed = consumed
        self.isStillDiscarding = isStillDiscarding
    }
}

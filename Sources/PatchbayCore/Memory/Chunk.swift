/// A run of raw bytes with its place in the source.
public struct Chunk: Sendable {
    /// The bytes.
    public var bytes: Bytes
    /// Position of the first byte in the source part (file, stream) it came from.
    public var position: UInt64
    /// Whether nothing follows in this part.
    public var isLast: Bool

    /// A chunk of `bytes` at `position`.
    public init(bytes: Bytes, position: UInt64, isLast: Bool) {
        self.bytes = bytes
        self.position = position
        self.isLast = isLast
    }
}

/// A run of bytes inside a shared ``Buffer``; copying it copies no bytes.
public struct Bytes: Sendable {
    /// The memory.
    public let buffer: Buffer
    /// First byte within the buffer.
    public let offset: Int
    /// How many bytes.
    public let count: Int

    /// Traps when the range does not lie inside the buffer.
    @inlinable
    public init(_ buffer: Buffer, at offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && count <= buffer.capacity && offset <= buffer.capacity - count)
        self.buffer = buffer
        self.offset = offset
        self.count = count
    }

    /// A copy of `bytes` in memory of its own.
    public init(copying bytes: Span<UInt8>) {
        let buffer = Buffer(capacity: bytes.count)
        buffer.write(bytes, at: 0)
        self.init(buffer, at: 0, count: bytes.count)
    }

    /// A copy of `text` as UTF-8.
    public init(_ text: String) {
        var writer = ByteBuffer(capacity: text.utf8.count)
        writer.append(text)
        self = writer.finish()
    }

    /// The bytes; valid as long as this value.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { buffer.bytes(at: offset, count: count) }
    }

    /// The bytes as text; invalid UTF-8 is repaired with U+FFFD.
    public var text: String { String(decoding: span) }
}

extension String {
    /// Text from UTF-8 bytes; invalid sequences become U+FFFD.
    public init(decoding bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Span where Element == UInt8 {
    /// Whether both hold the same bytes.
    @inlinable
    public func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Whether these are the bytes of `text`.
    @inlinable
    public func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { literal in
            for index in 0..<count where unsafe self[index] != literal[index] { return false }
            return true
        }
    }
}

/// Bytes that grow at the end: what encoders and column builders write to.
///
/// `removeAll()` keeps the memory, so a writer in steady state allocates nothing.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var length = 0
    @usableFromInline var buffer: Buffer

    /// Bytes written so far.
    @inlinable public var count: Int { length }

    /// An empty one with room for `capacity` bytes.
    public init(capacity: Int = 0) {
        buffer = Buffer(capacity: capacity)
    }

    /// An empty one that writes into `buffer`, which the caller must not share meanwhile.
    package init(reusing buffer: Buffer) {
        self.buffer = buffer
    }

    /// One that goes on where `other` ended, in the same memory; only one of the two may write.
    @inlinable
    init(continuing other: borrowing ByteBuffer) {
        buffer = other.buffer
        length = other.length
    }

    /// What was written; valid until the next change.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = buffer.bytes(at: 0, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with what was written; for buffers that are properties of a class.
    public borrowing func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(buffer.bytes(at: 0, count: length))
    }

    /// Forgets the content and keeps the memory.
    public mutating func removeAll() { length = 0 }

    /// Shortens to `count` bytes; nothing happens when it is shorter already.
    public mutating func truncate(to count: Int) { length = min(length, max(0, count)) }

    /// Gives the bytes away. The memory is not copied.
    public consuming func finish() -> Bytes { Bytes(buffer, at: 0, count: count) }

    /// Makes room for `extra` more bytes.
    @inlinable
    @inline(__always)
    public mutating func reserve(_ extra: Int) {
        if buffer.capacity - count < extra { grow(extra) }
    }

    @inline(never)
    @usableFromInline
    mutating func grow(_ extra: Int) {
        let larger = Buffer(capacity: max(count + extra, buffer.capacity * 2, 256))
        larger.copy(from: buffer, at: 0, count: count, to: 0)
        buffer = larger
    }

    /// Appends one byte.
    @inlinable
    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        buffer.store(byte, at: length)
        length &+= 1
    }

    /// Appends a copy of `bytes`.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        buffer.write(bytes, at: length)
        length &+= bytes.count
    }

    /// Appends a copy of `count` bytes of another buffer from `offset` on.
    @inlinable
    public mutating func append(copying source: Buffer, at offset: Int, count size: Int) {
        precondition(offset >= 0 && size >= 0 && size <= source.capacity && offset <= source.capacity - size)
        unsafe append(padded: UnsafeRawPointer(source.base + offset), count: size)
    }

    /// Appends a copy of `size` bytes behind which 16 more may be read. Most values are shorter than that, and two moves
    /// cost a fifth of a call to `memcpy`.
    @inlinable
    @inline(__always)
    mutating func append(padded start: UnsafeRawPointer, count size: Int) {
        reserve(size &+ 16)
        let target = unsafe buffer.base + length
        if size <= 16 {
            let text = unsafe start.loadUnaligned(as: SIMD2<UInt64>.self)
            unsafe target.storeBytes(of: text, as: SIMD2<UInt64>.self)
        } else {
            unsafe target.copyMemory(from: start, byteCount: size)
        }
        length &+= size
    }

    /// Appends UTF-8 text.
    public mutating func append(_ text: String) {
        reserve(text.utf8.count)
        for byte in text.utf8 {
            buffer.store(byte, at: length)
            length &+= 1
        }
    }

    /// Appends a literal.
    public mutating func append(literal text: StaticString) {
        let size = text.utf8CodeUnitCount
        reserve(size)
        text.withUTF8Buffer { literal in
            unsafe buffer.write(Span(_unsafeElements: literal), at: length)
        }
        length &+= size
    }

    /// Appends `count` times `byte`.
    @inlinable
    public mutating func append(repeating byte: UInt8, count repeats: Int) {
        guard repeats > 0 else { return }
        reserve(repeats &+ 8)
        if repeats <= 8 {
            buffer.storeUnaligned(UInt64(byte) &* 0x0101_0101_0101_0101, at: length)
        } else {
            buffer.fill(byte, at: length, count: repeats)
        }
        length &+= repeats
    }

    /// One byte that was written before.
    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < length)
        return buffer.loadUnaligned(at: index, as: UInt8.self)
    }

    /// Inserts `count` times `byte` in front of the byte at `index`.
    public mutating func insert(repeating byte: UInt8, count repeats: Int, at index: Int) {
        guard repeats > 0 else { return }
        if index == count { return append(repeating: byte, count: repeats) }
        precondition(index >= 0 && index < count)
        reserve(repeats)
        let place = unsafe buffer.base + index
        unsafe (place + repeats).copyMemory(from: place, byteCount: count - index)
        buffer.fill(byte, at: index, count: repeats)
        length &+= repeats
    }

    /// Replaces one byte that was written before.
    public mutating func replace(at index: Int, with byte: UInt8) {
        precondition(index < count)
        buffer.store(byte, at: index)
    }

    /// Lets `body` write up to `limit` bytes behind the end and say how many it wrote: for C functions and `read`.
    public mutating func append<Failure: Error>(
        upTo limit: Int,
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        reserve(limit)
        var room = buffer.mutableSpan(of: UInt8.self, at: count, count: limit)
        let written = try body(&room)
        precondition(written >= 0 && written <= limit)
        length &+= written
        return written
    }
}

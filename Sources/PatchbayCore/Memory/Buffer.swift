// Invariant behind @unchecked: writes happen only through a builder that is the sole owner; sharing starts afterwards.
/// A block of raw memory that batches and chunks share.
///
/// Aligned to 64 bytes (a part of another buffer: as its offset) and followed by ``Buffer/padding`` readable bytes, so
/// that vector code may read past the end.
/// Whoever made a buffer may write to it while nobody else holds it (``BufferPool`` hands out only such buffers);
/// after it went into a batch or a chunk it is read-only. This file is the one place of the module that touches raw memory.
@safe
public final class Buffer: @unchecked Sendable {
    /// Bytes behind the end that may be read (never written): what SIMD scanners over-read.
    public static let padding = 64

    /// Usable size in bytes.
    public let capacity: Int

    @usableFromInline
    let base: UnsafeMutableRawPointer

    /// Keeps the memory alive that this buffer shows; nil when the memory is its own.
    private let owner: AnyObject?

    /// Allocates zeroed memory for at least `capacity` bytes.
    public init(capacity: Int) {
        let rounded = (max(capacity, 64) + 63) & ~63
        self.capacity = rounded
        owner = nil
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: rounded + Self.padding, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: rounded + Self.padding)
    }

    /// The bytes `offset ..< offset + count` of `owner` as a buffer of their own; keeps `owner` alive and copies nothing.
    ///
    /// Aligned as `offset` is. Traps when the range does not lie inside.
    public init(part owner: Buffer, at offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && count <= owner.capacity && offset <= owner.capacity - count)
        capacity = count
        self.owner = owner
        unsafe base = owner.base + offset
    }

    /// Memory that `owner` keeps alive: a block in the memory of a plugin. Copies nothing.
    ///
    /// `base` must stay readable up to ``padding`` bytes behind `capacity` as long as `owner` lives.
    @unsafe
    public init(unsafeMemory base: UnsafeMutableRawPointer, capacity: Int, keeping owner: AnyObject) {
        self.capacity = max(0, capacity)
        self.owner = owner
        unsafe self.base = base
    }

    deinit {
        if owner == nil { unsafe base.deallocate() }
    }

    /// The typed elements from byte `offset` on; valid as long as the buffer. Traps when they do not lie inside.
    @inlinable
    @_lifetime(borrow self)
    public func span<T: BitwiseCopyable>(of type: T.Type, at offset: Int = 0, count: Int) -> Span<T> {
        precondition(offset >= 0 && count >= 0 && offset <= capacity)
        precondition(count <= (capacity - offset) / MemoryLayout<T>.stride)
        let span = unsafe Span<T>(
            _unsafeStart: (base + offset).assumingMemoryBound(to: T.self),
            count: count
        )
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The bytes `offset ..< offset + count`.
    @inlinable
    @_lifetime(borrow self)
    public func bytes(at offset: Int, count: Int) -> Span<UInt8> {
        span(of: UInt8.self, at: offset, count: count)
    }

    /// Writable elements from byte `offset` on, for the sole owner of the buffer.
    @inlinable
    @_lifetime(borrow self)
    public func mutableSpan<T: BitwiseCopyable>(of type: T.Type, at offset: Int = 0, count: Int) -> MutableSpan<T> {
        precondition(offset >= 0 && count >= 0 && offset <= capacity)
        precondition(count <= (capacity - offset) / MemoryLayout<T>.stride)
        let span = unsafe MutableSpan<T>(
            _unsafeStart: (base + offset).assumingMemoryBound(to: T.self),
            count: count
        )
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// One element, `index` counted in elements.
    @inlinable
    @inline(__always)
    public func load<T: BitwiseCopyable>(_ index: Int, as type: T.Type = T.self) -> T {
        precondition(index >= 0 && index < capacity / MemoryLayout<T>.stride)
        return unsafe base.load(fromByteOffset: index &* MemoryLayout<T>.stride, as: T.self)
    }

    /// One number from byte `offset` on, whatever its alignment. May reach into the padding behind the end.
    @inlinable
    @inline(__always)
    public func loadUnaligned<T: BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T {
        precondition(offset >= 0 && offset <= capacity &+ Self.padding &- MemoryLayout<T>.size)
        return unsafe base.loadUnaligned(fromByteOffset: offset, as: T.self)
    }

    /// Stores one element; for the sole owner.
    @inlinable
    @inline(__always)
    public func store<T: BitwiseCopyable>(_ value: T, at index: Int) {
        precondition(index >= 0 && index < capacity / MemoryLayout<T>.stride)
        unsafe base.storeBytes(of: value, toByteOffset: index &* MemoryLayout<T>.stride, as: T.self)
    }

    /// Stores one number from byte `offset` on, whatever its alignment; for the sole owner.
    @inlinable
    @inline(__always)
    public func storeUnaligned<T: BitwiseCopyable>(_ value: T, at offset: Int) {
        precondition(offset >= 0 && offset <= capacity &- MemoryLayout<T>.size)
        unsafe base.storeBytes(of: value, toByteOffset: offset, as: T.self)
    }

    /// Copies `source` to `offset`; for the sole owner.
    @inlinable
    public func write(_ source: Span<UInt8>, at offset: Int) {
        precondition(offset >= 0 && source.count <= capacity && offset <= capacity - source.count)
        unsafe source.withUnsafeBufferPointer { from in
            guard let start = from.baseAddress else { return }
            unsafe (base + offset).copyMemory(from: start, byteCount: from.count)
        }
    }

    /// Copies `count` bytes of another buffer; for the sole owner of this one.
    @inlinable
    public func copy(from other: Buffer, at source: Int, count: Int, to offset: Int) {
        precondition(source >= 0 && count >= 0 && count <= other.capacity && source <= other.capacity - count)
        precondition(offset >= 0 && count <= capacity && offset <= capacity - count)
        unsafe (base + offset).copyMemory(from: other.base + source, byteCount: count)
    }

    /// Sets `count` bytes from `offset` on to `byte`; for the sole owner.
    @inlinable
    public func fill(_ byte: UInt8, at offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0 && count <= capacity && offset <= capacity - count)
        unsafe (base + offset).initializeMemory(as: UInt8.self, repeating: byte, count: count)
    }

    /// Calls `body` with the raw memory, for C code: read-only unless the caller is the sole owner, not to be kept.
    @inlinable
    @unsafe
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeMutableRawBufferPointer(start: base, count: capacity))
    }

    /// Whether byte `offset` lies at an address that `alignment`, a power of two, divides.
    public func isAligned(at offset: Int, to alignment: Int) -> Bool {
        unsafe (UInt(bitPattern: base) &+ UInt(bitPattern: offset)) & UInt(bitPattern: alignment &- 1) == 0
    }

    /// Where this buffer's memory begins within that of `other`; nil when it lies elsewhere.
    package func offset(in other: Buffer) -> Int? {
        let distance = unsafe base - other.base
        return distance >= 0 && distance <= other.capacity ? distance : nil
    }

    /// A number that differs from buffer to buffer and from run to run; seeds hash tables.
    @usableFromInline
    var addressSeed: UInt64 {
        unsafe UInt64(UInt(bitPattern: base)) &* 0x9E37_79B9_7F4A_7C15
    }
}

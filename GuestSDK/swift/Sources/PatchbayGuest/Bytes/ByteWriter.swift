internal import CPatchbayGuest

/// Bytes that grow at the end. ``removeAll()`` keeps the memory, so that a writer in steady state allocates nothing.
@safe
public struct ByteWriter: ~Copyable {
    @usableFromInline var start: UnsafeMutablePointer<UInt8>?
    @usableFromInline var capacity = 0
    /// Bytes written so far.
    @inlinable public var count: Int { length }
    @usableFromInline var length = 0

    /// An empty one, without memory yet.
    public init() {
        unsafe start = nil
    }

    /// Forgets the content and keeps the memory.
    @inlinable
    public mutating func removeAll() { length = 0 }

    deinit {
        unsafe patchbay_free(start)
    }

    /// Makes room for `extra` more bytes.
    @inlinable
    @inline(__always)
    public mutating func reserve(_ extra: Int) {
        if capacity &- length < extra { grow(extra) }
    }

    @usableFromInline
    @inline(never)
    mutating func grow(_ extra: Int) {
        capacity = max(length + extra, capacity * 2, 64)
        unsafe start = patchbay_guest_grow(start, length, capacity)?.assumingMemoryBound(to: UInt8.self)
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe start?[length] = byte
        length &+= 1
    }

    /// Appends a copy of `bytes`.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { from in unsafe append(from.baseAddress, from.count) }
    }

    /// Appends a literal.
    @inlinable
    public mutating func append(_ text: StaticString) { unsafe append(text.utf8Start, text.utf8CodeUnitCount) }

    @inlinable
    @unsafe
    mutating func append(_ from: UnsafePointer<UInt8>?, _ size: Int) {
        guard let from = unsafe from, size > 0 else { return }
        reserve(size)
        unsafe start.map { unsafe UnsafeMutableRawPointer($0 + length).copyMemory(from: from, byteCount: size) }
        length &+= size
    }

    /// What was written; valid until the next change.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

internal import PatchbayCore

/// Memory of a plugin that a batch is written to, without a reference to what keeps it alive: a batch of one record is
/// written in less time than the counting of a few references takes. Every place is checked.
///
/// For as long as its ``GuestBlock`` lives, which is its maker's concern.
@safe
struct ImageBlock {
    /// Of the first byte in the plugin.
    let address: UInt64
    /// Bytes.
    let capacity: Int
    private let base: UnsafeMutableRawPointer

    /// The memory that `view`, a buffer that shows memory of the plugin, shows.
    init(_ view: Buffer, address: UInt64) {
        self.address = address
        capacity = view.capacity
        unsafe base = view.withUnsafeBytes { unsafe $0.baseAddress.unsafelyUnwrapped }
    }

    @inline(__always)
    private func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && size >= 0 && size <= capacity && offset <= capacity &- size)
        return unsafe base + offset
    }

    /// Writable elements from byte `offset` on.
    @inline(__always)
    @_lifetime(borrow self)
    func mutableSpan<T: BitwiseCopyable>(of type: T.Type, at offset: Int, count: Int) -> MutableSpan<T> {
        precondition(count >= 0 && count <= capacity / MemoryLayout<T>.stride)
        let start = unsafe place(offset, count &* MemoryLayout<T>.stride)
        let span = unsafe MutableSpan<T>(_unsafeStart: start.assumingMemoryBound(to: T.self), count: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Stores one value from byte `offset` on.
    @inline(__always)
    func store<T: BitwiseCopyable>(_ value: T, at offset: Int) {
        unsafe place(offset, MemoryLayout<T>.size).storeBytes(of: value, as: T.self)
    }

    /// Copies `count` bytes of a buffer to byte `offset`.
    @inline(__always)
    func copy(from source: borrowing Buffer, at start: Int, count: Int, to offset: Int) {
        copy(source.bytes(at: start, count: count), to: offset)
    }

    /// Copies bytes to byte `offset`.
    @inline(__always)
    func copy(_ bytes: Span<UInt8>, to offset: Int) {
        let target = unsafe place(offset, bytes.count)
        unsafe bytes.withUnsafeBytes { from in
            if let first = from.baseAddress { unsafe target.copyMemory(from: first, byteCount: from.count) }
        }
    }

    /// Sets `count` bytes from `offset` on to 0.
    func clear(at offset: Int, count: Int) {
        unsafe place(offset, count).initializeMemory(as: UInt8.self, repeating: 0, count: count)
    }
}

public import CPatchbayGuest

extension Span where Element == UInt8 {
    /// The bytes that the host wrote there; they live as long as the call.
    @unsafe
    @usableFromInline
    @_lifetime(immortal)
    init(_unsafeBytes bytes: patchbay_bytes) {
        let start = unsafe patchbay_guest_at(bytes.address)?.assumingMemoryBound(to: UInt8.self)
        let buffer = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(bytes.length))
        let span = unsafe Span(_unsafeElements: buffer)
        self = unsafe _overrideLifetime(span, borrowing: ())
    }
}

extension patchbay_bytes {
    /// The place of memory that outlives the call.
    @unsafe
    @usableFromInline
    init(_ start: UnsafeRawPointer?, _ count: Int) {
        self.init(address: UInt64(UInt(bitPattern: start)), length: UInt64(count))
    }
}

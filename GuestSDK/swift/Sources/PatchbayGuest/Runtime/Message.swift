public import CPatchbayGuest

// Invariant behind @unchecked: what `start` points to is never written again.
/// Text for people: a literal, or bytes that were written.
@safe
public struct Message: @unchecked Sendable {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    /// A literal: costs nothing.
    @inlinable
    public init(_ text: StaticString) {
        unsafe start = text.utf8Start
        count = text.utf8CodeUnitCount
    }

    /// A copy of `text`, which is never freed: for what ends a plugin, not for what may happen to each record.
    public init(copying text: Span<UInt8>) {
        let place = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, text.count))
        for index in text.indices { unsafe place[index] = text[index] }
        unsafe start = UnsafePointer(place)
        count = text.count
    }

    /// Text that lives as long as the module.
    @unsafe
    init(_ start: UnsafePointer<UInt8>, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    @usableFromInline
    var address: patchbay_bytes { unsafe patchbay_bytes(start, count) }

    /// Hands an error of a record to the host.
    @usableFromInline
    func report(_ instance: UnsafeMutablePointer<patchbay_guest_instance>, _ row: Int) {
        unsafe patchbay_guest_fail(instance, UInt64(row), start, count)
    }
}

extension Message: ExpressibleByStringLiteral {
    /// A literal.
    @inlinable
    public init(stringLiteral text: StaticString) { self.init(text) }
}

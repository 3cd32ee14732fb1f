internal import CPatchbayGuest

/// Searching bytes: sixteen at a time in a guest.
extension Span where Element == UInt8 {
    /// Where `byte` lies first.
    public func firstIndex(of byte: UInt8) -> Int? {
        let found = unsafe withUnsafeBufferPointer { bytes -> Int in
            guard let start = bytes.baseAddress else { return count }
            return unsafe patchbay_guest_find_byte(start, bytes.count, byte)
        }
        return found < count ? found : nil
    }

    /// Where one of three bytes lies first.
    public func firstIndex(of first: UInt8, or second: UInt8, or third: UInt8) -> Int? {
        let found = unsafe withUnsafeBufferPointer { bytes -> Int in
            guard let start = bytes.baseAddress else { return count }
            return unsafe patchbay_guest_find_any(start, bytes.count, first, second, third)
        }
        return found < count ? found : nil
    }

    /// Where the literal lies first.
    public func firstIndex(of text: StaticString) -> Int? {
        let found = unsafe withUnsafeBufferPointer { bytes -> Int in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe patchbay_guest_find_text(start, bytes.count, text.utf8Start, text.utf8CodeUnitCount)
        }
        return found < count || text.utf8CodeUnitCount == 0 ? found : nil
    }

    /// Where other bytes lie first.
    public func firstIndex(of text: Span<UInt8>) -> Int? {
        let found = unsafe withUnsafeBufferPointer { bytes -> Int in
            unsafe text.withUnsafeBufferPointer { wanted -> Int in
                guard let start = bytes.baseAddress, let first = wanted.baseAddress else { return 0 }
                return unsafe patchbay_guest_find_text(start, bytes.count, first, wanted.count)
            }
        }
        return found < count && text.count <= count || text.count == 0 ? found : nil
    }

    /// How often `byte` occurs.
    public func occurrences(of byte: UInt8) -> Int {
        unsafe withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe patchbay_guest_count_byte(start, bytes.count, byte)
        }
    }

    /// Whether these are the bytes of the literal.
    public func isSame(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasPrefix(text) }

    /// Whether both are the same bytes.
    public func isSame(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Whether they begin with the literal.
    public func hasPrefix(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return length == 0 }
            return unsafe patchbay_guest_same(start, text.utf8Start, length) != 0
        }
    }
}

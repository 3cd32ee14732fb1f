import PatchbayCore

extension Span where Element == UInt8 {
    /// -1, 0 or 1 as these bytes sort before, with or after `other`: byte by byte, unsigned, the shorter first.
    func order(_ other: Span<UInt8>) -> Int {
        let shared = Swift.min(count, other.count)
        for index in 0..<shared where self[index] != other[index] {
            return self[index] < other[index] ? -1 : 1
        }
        return count < other.count ? -1 : count > other.count ? 1 : 0
    }

    /// Whether these bytes begin with `other`.
    func starts(with other: Span<UInt8>) -> Bool {
        count >= other.count && extracting(first: other.count).elementsEqual(other)
    }

    /// Whether these bytes end with `other`.
    func ends(with other: Span<UInt8>) -> Bool {
        count >= other.count && extracting(last: other.count).elementsEqual(other)
    }
}

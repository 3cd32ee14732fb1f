/// Which rows of a batch stay: one bit per row. What a filter returns.
public struct Selection: Sendable {
    /// Number of rows.
    public private(set) var count: Int
    @usableFromInline var bits: [UInt64]

    /// `count` rows, all in or all out.
    public init(count: Int, all: Bool) {
        self.count = count
        bits = []
        reset(count: count, all: all)
    }

    /// Starts over for `count` rows; keeps the memory.
    public mutating func reset(count: Int, all: Bool) {
        self.count = count
        let size = (count + 63) / 64
        if bits.count != size {
            bits.removeAll(keepingCapacity: true)
            bits.append(contentsOf: repeatElement(0, count: size))
        }
        let last = lastWord
        var words = bits.mutableSpan
        for index in words.indices { words[index] = all ? ~0 : 0 }
        if all, words.count > 0 { words[words.count &- 1] = last }
    }

    /// Whether `row` is in.
    @inlinable
    public subscript(row: Int) -> Bool {
        get {
            precondition(row >= 0 && row < count)
            return bits[row >> 6] & (1 << UInt64(row & 63)) != 0
        }
        set {
            precondition(row >= 0 && row < count)
            let bit: UInt64 = 1 << UInt64(row & 63)
            if newValue { bits[row >> 6] |= bit } else { bits[row >> 6] &= ~bit }
        }
    }

    /// Number of rows that are in.
    public var selectedCount: Int {
        var total = 0
        for word in bits { total &+= word.nonzeroBitCount }
        return total
    }

    /// Keeps the rows that are in both; the counts must be equal.
    public mutating func formIntersection(_ other: Selection) {
        precondition(count == other.count)
        for index in bits.indices { bits[index] &= other.bits[index] }
    }

    /// Keeps the rows that are in one or both; the counts must be equal.
    public mutating func formUnion(_ other: Selection) {
        precondition(count == other.count)
        for index in bits.indices { bits[index] |= other.bits[index] }
    }

    /// Turns every row around.
    public mutating func invert() {
        for index in bits.indices { bits[index] = ~bits[index] }
        clearTail()
    }

    /// Fills all rows with what `body` says; 64 rows go into a word before it is stored.
    @inlinable
    public mutating func fill(_ body: (Int) -> Bool) {
        for index in bits.indices {
            let first = index &* 64
            let rows = Swift.min(64, count &- first)
            var word: UInt64 = 0
            for bit in 0..<rows {
                word |= (body(first &+ bit) ? 1 : 0) << UInt64(truncatingIfNeeded: bit)
            }
            bits[index] = word
        }
    }

    /// Takes over 64 rows at a time: `body` gives the bits of rows `64 * index` on, least significant first. Bits behind
    /// the last row are ignored.
    @inlinable
    public mutating func assign(words body: (Int) -> UInt64) {
        let last = lastWord
        var words = bits.mutableSpan
        for index in words.indices { words[index] = body(index) }
        if words.count > 0 { words[words.count &- 1] &= last }
    }

    /// Calls `body` for each row that is in, in order.
    @inlinable
    public func forEach(_ body: (Int) -> Void) {
        for index in bits.indices {
            var word = bits[index]
            while word != 0 {
                body(index &* 64 &+ word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }

    /// The bits of the last word that stand for rows.
    @inlinable
    @inline(__always)
    var lastWord: UInt64 { ~0 >> UInt64(truncatingIfNeeded: (0 &- count) & 63) }

    @usableFromInline
    mutating func clearTail() {
        if let last = bits.indices.last { bits[last] &= lastWord }
    }
}

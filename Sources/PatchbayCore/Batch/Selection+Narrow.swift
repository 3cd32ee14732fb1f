// What conditions over columns are made of: every step takes rows out of a selection, so that later steps look only at
// what is left.
extension Selection {
    /// Whether no row is in.
    @inlinable
    public var isEmpty: Bool {
        for word in bits where word != 0 { return false }
        return true
    }

    /// Takes over the rows of `other`; keeps the memory.
    public mutating func assign(_ other: Selection) {
        if count != other.count { reset(count: other.count, all: false) }
        for index in bits.indices { bits[index] = other.bits[index] }
    }

    /// Takes the rows of `other` out; the counts must be equal.
    public mutating func subtract(_ other: Selection) {
        precondition(count == other.count)
        for index in bits.indices { bits[index] &= ~other.bits[index] }
    }

    /// Keeps the rows for which `body` is true. It is asked about whole groups of 64 rows when one of them is in, also
    /// about rows that are out: for tests that cost less than a branch.
    @inlinable
    public mutating func narrow(_ body: (Int) -> Bool) {
        for index in bits.indices where bits[index] != 0 {
            let first = index &* 64
            let rows = Swift.min(64, count &- first)
            var word: UInt64 = 0
            for bit in 0..<rows {
                word |= (body(first &+ bit) ? 1 : 0) << UInt64(truncatingIfNeeded: bit)
            }
            bits[index] &= word
        }
    }

    /// Keeps the rows for which `body` is true. It is asked only about rows that are in: for costly tests.
    @inlinable
    public mutating func narrowEach(_ body: (Int) -> Bool) {
        for index in bits.indices {
            var rest = bits[index]
            var word = rest
            while rest != 0 {
                let bit = rest & (0 &- rest)
                if !body(index &* 64 &+ rest.trailingZeroBitCount) { word &= ~bit }
                rest &= rest &- 1
            }
            bits[index] = word
        }
    }

    /// Keeps the rows that have a value in `column`, which must have as many rows.
    @inlinable
    public mutating func narrow(toValid column: Column) {
        if column.mayHaveNulls { narrow { column.isValid($0) } }
    }
}

import PatchbayCore

/// Turns four-byte ids into word indices of one column. A small cache answers for ids seen before; the column's own
/// word list is asked for the others, so hostile input can make it slow but not large.
struct IdentifierColumn {
    private static let slots = 1024

    private var keys: [UInt32] = Array(repeating: 0, count: slots)
    private var indices: [Int32] = Array(repeating: -1, count: slots)
    private var scratch = Buffer(capacity: 64)
    private var knownWords = 0
    private var knownColumn: ObjectIdentifier?

    /// Forgets everything when the column's word list is not the one that the cache was filled from.
    mutating func begin(_ column: ColumnBuilder) {
        guard column.wordCount != knownWords || knownColumn != ObjectIdentifier(column) else { return }
        knownColumn = ObjectIdentifier(column)
        for slot in indices.indices { indices[slot] = -1 }
    }

    /// Notes how far the word list has grown.
    mutating func end(_ column: ColumnBuilder) { knownWords = column.wordCount }

    /// The index of the id whose bytes, first one lowest, are `key`.
    @inline(__always)
    mutating func index(_ key: UInt32, _ column: ColumnBuilder) -> Int32 {
        let slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> 22)
        if keys[slot] == key, indices[slot] >= 0 { return indices[slot] }
        return add(key, slot: slot, column)
    }

    @inline(never)
    private mutating func add(_ key: UInt32, slot: Int, _ column: ColumnBuilder) -> Int32 {
        scratch.store(key.littleEndian, at: 0)
        let index = word(scratch, 0..<4, column)
        keys[slot] = key
        indices[slot] = index
        return index
    }

    /// The index of an id of any length; it ends at the first NUL, and what is no UTF-8 becomes `\xNN`.
    func word(_ source: Buffer, _ range: Range<Int>, _ column: ColumnBuilder) -> Int32 {
        var end = range.lowerBound
        while end < range.upperBound {
            let byte = source.byte(end)
            if byte == 0 { break }
            if byte < 0x20 || byte >= 0x80 { return unusualWord(source, range, column) }
            end &+= 1
        }
        let size = end &- range.lowerBound
        return column.index(ofWord: source.bytes(at: range.lowerBound, count: size)) ?? -1
    }

    @inline(never)
    private func unusualWord(_ source: Buffer, _ range: Range<Int>, _ column: ColumnBuilder) -> Int32 {
        var text = ByteBuffer(capacity: 64)
        text.appendText(source, range)
        return column.index(ofWord: text.span) ?? -1
    }
}

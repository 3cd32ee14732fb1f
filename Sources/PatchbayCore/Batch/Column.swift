/// One column of a batch: immutable values in Arrow layout, shared by copying.
///
/// Rows are counted from 0 within the column, whatever part of the buffers it shows. Values of variable size lie
/// between `starts[row]` and `ends[row]` of one data buffer: with the Arrow offsets layout `ends` is `starts` moved on
/// by one; after a filter, or when values are cut out of the input, the two differ and still nothing was copied.
public struct Column: Sendable {
    /// The type.
    public let type: FieldType
    /// Number of rows.
    public let count: Int
    /// First row within the buffers.
    @usableFromInline package let offset: Int
    /// One bit per row, set where there is a value; nil when all rows have one.
    @usableFromInline package let validity: Buffer?
    /// Fixed-size values, bits, word indices, or the starts of variable values and of map entries.
    @usableFromInline package let values: Buffer
    /// Ends of variable values; nil when they are the next row's start.
    @usableFromInline package let ends: Buffer?
    /// The bytes of variable values.
    @usableFromInline package let data: Buffer?
    /// The words of a `word` column.
    public let words: WordList?
    /// The entries of a `map` column.
    @usableFromInline let entries: MapEntries?
    /// Whether values were left out because the column's bytes passed 2 GiB; see ``Batch/overflow``.
    public let hasOverflowed: Bool

    @usableFromInline
    package init(
        type: FieldType,
        count: Int,
        offset: Int = 0,
        validity: Buffer? = nil,
        values: Buffer,
        ends: Buffer? = nil,
        data: Buffer? = nil,
        words: WordList? = nil,
        entries: MapEntries? = nil,
        hasOverflowed: Bool = false
    ) {
        self.type = type
        self.count = count
        self.offset = offset
        self.validity = validity
        self.values = values
        self.ends = ends
        self.data = data
        self.words = words
        self.entries = entries
        self.hasOverflowed = hasOverflowed
    }

    /// The rows `range` of this column; shares all memory. Traps when the range is not inside.
    public func slice(_ range: Range<Int>) -> Column {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return Column(
            type: type,
            count: range.count,
            offset: offset + range.lowerBound,
            validity: validity,
            values: values,
            ends: ends,
            data: data,
            words: words,
            entries: entries,
            hasOverflowed: hasOverflowed
        )
    }

    /// The same column under another type of the same layout (`utf8`, `binary` and `json` are alike).
    public func retyped(_ type: FieldType) -> Column {
        precondition(self.type == type || (self.type.isVariable && type.isVariable))
        return Column(
            type: type,
            count: count,
            offset: offset,
            validity: validity,
            values: values,
            ends: ends,
            data: data,
            words: words,
            entries: entries,
            hasOverflowed: hasOverflowed
        )
    }

    /// Whether the values of a variable or map column lie one behind the other in the data buffer, as in Arrow.
    public var isContiguous: Bool { ends == nil }

    /// Whether some row may have no value.
    @inlinable
    public var mayHaveNulls: Bool { validity != nil }

    /// Whether `row` has a value.
    @inlinable
    @inline(__always)
    public func isValid(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count)
        guard let validity else { return true }
        let bit = offset &+ row
        return validity.load(bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
    }

    /// Rows without a value.
    public var nullCount: Int {
        guard let validity else { return 0 }
        var nulls = 0
        var row = 0
        while row < count {
            let bit = offset &+ row
            if bit & 7 == 0, count &- row >= 8 {
                nulls &+= 8 &- validity.load(bit >> 3, as: UInt8.self).nonzeroBitCount
                row &+= 8
            } else {
                if !isValid(row) { nulls &+= 1 }
                row &+= 1
            }
        }
        return nulls
    }
}

/// Keys and values of all entries of a map column.
@usableFromInline
package final class MapEntries: Sendable {
    @usableFromInline let keys: Column
    @usableFromInline let values: Column

    @usableFromInline
    package init(keys: Column, values: Column) {
        self.keys = keys
        self.values = values
    }
}

/// Collects the values of one column. Memory is used again once the batches built from it are gone.
///
/// Row by row with the `append` functions, or a whole column at once with the `fill` functions, which are the fast way.
/// Values of variable size are copied into the column's own memory or, with ``appendView(_:)``, shown where they lie
/// in the input; a column that mixes both copies what it showed so far.
public final class ColumnBuilder {
    /// The type.
    public let type: FieldType
    /// Rows so far.
    @usableFromInline var rows = 0
    @usableFromInline var pool = BufferPool()
    @usableFromInline var values: Buffer
    @usableFromInline var ends: Buffer?
    @usableFromInline var validity: Buffer?
    /// Own memory of variable values.
    @usableFromInline var own: ByteBuffer
    /// The input whose parts are shown, while nothing was copied.
    @usableFromInline var viewed: Buffer?
    @usableFromInline var isContiguous = true
    /// What was given to ``begin(viewing:)``.
    @usableFromInline var input: Buffer?
    /// Set when values were left out because they did not fit.
    @usableFromInline var hasOverflowed = false
    /// What 32-bit offsets reach.
    @usableFromInline var byteLimit = Int(Int32.max)
    private var vocabulary: WordList?
    private var dictionary = WordListBuilder()
    let keys: ColumnBuilder?
    let entryValues: ColumnBuilder?

    /// Rows so far.
    public var count: Int { rows }

    /// An empty column of `field`'s type; a field with an ordered vocabulary starts with its words.
    public init(_ field: Field) {
        type = field.type
        values = pool.take(capacity: 256)
        own = ByteBuffer()
        if field.type == .word, !field.order.isEmpty { vocabulary = WordList(field.order) }
        if case .map(let json) = field.type {
            keys = ColumnBuilder(Field("key", .utf8))
            entryValues = ColumnBuilder(Field("value", json ? .json : .utf8))
        } else {
            keys = nil
            entryValues = nil
        }
    }

    /// Starts over. `input` is the memory that ``appendView(_:)`` refers to.
    public func begin(viewing input: Buffer?) {
        rows = 0
        validity = nil
        isContiguous = true
        hasOverflowed = false
        values = pool.take(capacity: values.capacity)
        if let ends { self.ends = pool.take(capacity: ends.capacity) }
        if type.isVariable {
            viewed = input
            self.input = input
            own = ByteBuffer(reusing: pool.take(capacity: own.buffer.capacity))
        }
        if dictionary.count > 32_768 || dictionary.byteCount > 16 << 20 { dictionary.removeAll() }
        keys?.begin(viewing: input)
        entryValues?.begin(viewing: input)
    }

    /// The finished column. The builder goes on with ``begin(viewing:)``.
    public func finish() -> Column {
        sealValidity()
        switch type {
        case .int64, .timestamp, .float64, .bool:
            return Column(type: type, count: rows, validity: validity, values: values)
        case .word:
            let words = vocabulary ?? dictionary.list()
            return Column(
                type: type,
                count: rows,
                validity: validity,
                values: values,
                words: words,
                hasOverflowed: hasOverflowed
            )
        case .utf8, .binary, .json:
            return finishVariable(data: viewed ?? own.buffer, entries: nil)
        case .map:
            guard let keys, let entryValues else { return finishVariable(data: nil, entries: nil) }
            let entries = MapEntries(keys: keys.finish(), values: entryValues.finish())
            hasOverflowed = hasOverflowed || entries.keys.hasOverflowed || entries.values.hasOverflowed
            return finishVariable(data: nil, entries: entries)
        }
    }

    private func finishVariable(data: Buffer?, entries: MapEntries?) -> Column {
        reserveRows(1)
        let last = rows > 0 ? ends?.load(rows - 1, as: Int32.self) ?? 0 : 0
        values.store(last, at: rows)
        return Column(
            type: type,
            count: rows,
            validity: validity,
            values: values,
            ends: isContiguous ? nil : ends,
            data: data,
            entries: entries,
            hasOverflowed: hasOverflowed
        )
    }

    // MARK: Words

    /// Words known so far.
    public var wordCount: Int { vocabulary?.count ?? dictionary.count }

    /// The index of `word` in this column's word list, to be used until the next ``begin(viewing:)``.
    /// With a closed vocabulary an unknown word has none.
    public func index(ofWord word: Span<UInt8>) -> Int32? {
        guard let vocabulary else {
            let index = dictionary.index(of: word)
            if index < 0 { hasOverflowed = true }
            return index < 0 ? nil : index
        }
        for index in 0..<vocabulary.count where vocabulary.word(index).elementsEqual(word) { return Int32(index) }
        return nil
    }

    /// Appends a word; null when it is not in the closed vocabulary.
    public func append(word: Span<UInt8>) {
        guard let index = index(ofWord: word) else { return appendNull() }
        append(wordIndex: index)
    }

    // MARK: Memory

    /// Makes room for `extra` more rows.
    @inlinable
    @inline(__always)
    func reserveRows(_ extra: Int) {
        if values.capacity < (rows &+ extra) &* 8 { growRows(extra) }
    }

    @inline(never)
    @usableFromInline
    func growRows(_ extra: Int) {
        let capacity = max((rows + extra) * 8, values.capacity * 2)
        values = enlarged(values, to: capacity)
        if let ends, ends.capacity < values.capacity { self.ends = enlarged(ends, to: values.capacity) }
        if let validity {
            // As many rows as the values have room for, which may be more than was asked for.
            let larger = pool.take(capacity: max(values.capacity / 64 + 1, validity.capacity))
            larger.fill(0xFF, at: 0, count: larger.capacity)
            larger.copy(from: validity, at: 0, count: validity.capacity, to: 0)
            self.validity = larger
        }
    }

    private func enlarged(_ buffer: Buffer, to capacity: Int) -> Buffer {
        let larger = pool.take(capacity: capacity)
        // No more than the rows so far: the old buffer came from the pool and may be larger than this request.
        larger.copy(from: buffer, at: 0, count: min(buffer.capacity, rows * 8), to: 0)
        return larger
    }

    /// Marks the row that comes next as having no value.
    @usableFromInline
    func markNull() { markNull(at: rows) }

    @usableFromInline
    func markNull(at row: Int) {
        var bits = validity
        markNull(at: row, in: &bits)
    }

    /// Marks a row in `bits`, a copy of ``validity`` that a loop keeps so that it need not ask for it every time.
    @inlinable
    @inline(__always)
    func markNull(at row: Int, in bits: inout Buffer?) {
        if bits == nil { bits = makeValidity() }
        guard let bits else { return }
        let byte = bits.load(row >> 3, as: UInt8.self)
        bits.store(byte & ~(1 << UInt8(truncatingIfNeeded: row & 7)), at: row >> 3)
    }

    /// One bit per row for as many rows as the values have room; a bit is set unless the row is null.
    @inline(never)
    @usableFromInline
    func makeValidity() -> Buffer {
        let bitmap = pool.take(capacity: values.capacity / 64 + 1)
        bitmap.fill(0xFF, at: 0, count: bitmap.capacity)
        validity = bitmap
        return bitmap
    }

    /// Clears the bits behind the last row, so that equal columns have equal bytes.
    private func sealValidity() {
        guard let validity, rows & 7 != 0 else { return }
        let byte = validity.load(rows >> 3, as: UInt8.self)
        validity.store(byte & ((1 << UInt8(rows & 7)) - 1), at: rows >> 3)
    }
}

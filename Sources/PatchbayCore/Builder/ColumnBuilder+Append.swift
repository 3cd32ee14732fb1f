extension ColumnBuilder {
    /// Appends a number to an `int64` or `timestamp` column.
    @inlinable
    public func append(int64 value: Int64) {
        precondition(type == .int64 || type == .timestamp)
        reserveRows(1)
        values.store(value, at: rows)
        rows &+= 1
    }

    /// Appends a number to a `float64` column.
    @inlinable
    public func append(float64 value: Double) {
        precondition(type == .float64)
        reserveRows(1)
        values.store(value, at: rows)
        rows &+= 1
    }

    /// Appends a truth value to a `bool` column.
    @inlinable
    public func append(bool value: Bool) {
        precondition(type == .bool)
        reserveRows(1)
        let bit: UInt8 = 1 << UInt8(rows & 7)
        let byte = rows & 7 == 0 ? 0 : values.load(rows >> 3, as: UInt8.self)
        values.store(value ? byte | bit : byte & ~bit, at: rows >> 3)
        rows &+= 1
    }

    /// Appends a row without a value.
    public func appendNull() {
        reserveRows(1)
        markNull()
        switch type {
        case .utf8, .binary, .json, .map:
            let end = lastEnd
            appendRange(end, end)
        case .int64, .timestamp, .float64:
            values.store(0 as Int64, at: rows)
            rows &+= 1
        case .word:
            values.store(0 as Int32, at: rows)
            rows &+= 1
        case .bool:
            append(bool: false)
        }
    }

    /// Appends an index that ``index(ofWord:)`` gave.
    @inlinable
    public func append(wordIndex index: Int32) {
        precondition(type == .word && index >= 0)
        reserveRows(1)
        values.store(index, at: rows)
        rows &+= 1
    }

    /// Appends a copy of `bytes` to a variable column.
    @inlinable
    public func append(copying bytes: Span<UInt8>) {
        precondition(type.isVariable)
        if viewed != nil { stopViewing() }
        let start = own.count
        guard bytes.count <= byteLimit &- start else { return refuseRange() }
        own.append(bytes)
        appendRange(start, own.count)
    }

    /// Appends the bytes `range` of the input that ``begin(viewing:)`` was given: shown, or copied when the column
    /// copies already. Traps when there is no input or the range does not lie inside.
    @inlinable
    public func appendView(_ range: Range<Int>) {
        guard let input else { preconditionFailure("appendView without an input") }
        append(range, of: input)
    }

    /// Appends the bytes `range` of `input`, which is what ``begin(viewing:)`` was given: shown if possible, else copied.
    @inlinable
    public func append(_ range: Range<Int>, of input: Buffer) {
        precondition(type.isVariable && range.lowerBound >= 0 && range.upperBound <= input.capacity)
        if viewed === input, range.upperBound <= byteLimit {
            appendRange(range.lowerBound, range.upperBound)
        } else {
            append(copying: input.bytes(at: range.lowerBound, count: range.count))
        }
    }

    /// Appends what `body` writes to the end of the column's memory.
    @inlinable
    public func append<Failure: Error>(
        writing body: (inout ByteBuffer) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(type.isVariable)
        if viewed != nil { stopViewing() }
        let start = own.count
        do {
            try body(&own)
        } catch {
            own.truncate(to: start)
            throw error
        }
        appendRange(start, max(start, own.count))
    }

    /// The builders of keys and values of a map column. Append entries to both, then call ``endMap()``.
    public var mapBuilders: (keys: ColumnBuilder, values: ColumnBuilder)? {
        guard let keys, let entryValues else { return nil }
        return (keys, entryValues)
    }

    /// Ends the row of a map column: its entries are those appended to ``mapBuilders`` since the last row.
    public func endMap() {
        precondition(keys?.count == entryValues?.count)
        let start = lastEnd
        appendRange(start, keys?.count ?? start)
    }

    /// Appends any value of the column's type; null for one of another type.
    public func append(_ value: Value) {
        switch (type, value) {
        case (.int64, .int64(let number)), (.timestamp, .timestamp(let number)): append(int64: number)
        case (.float64, .float64(let number)): append(float64: number)
        case (.bool, .bool(let truth)): append(bool: truth)
        case (.word, .utf8(let text)): append(word: text.span)
        case (.utf8, .utf8(let bytes)), (.binary, .binary(let bytes)), (.json, .json(let bytes)):
            append(copying: bytes.span)
        case (.map, .map(let list)):
            for entry in list {
                keys?.append(entry.key)
                entryValues?.append(entry.value)
            }
            endMap()
        default: appendNull()
        }
    }
}

// A column at a time: one capacity check for all rows, and loops that the optimiser can see through.
extension ColumnBuilder {
    /// Appends `count` numbers to an `int64` or `timestamp` column.
    @inlinable
    public func fill(int64s count: Int, _ body: (Int) -> Int64) {
        precondition(type == .int64 || type == .timestamp)
        reserveRows(count)
        let values = values
        let first = rows
        for index in 0..<count { values.store(body(index), at: first &+ index) }
        rows = first &+ count
    }

    /// Appends `count` numbers, some of which are missing.
    @inlinable
    public func fill(optionalInt64s count: Int, _ body: (Int) -> Int64?) {
        precondition(type == .int64 || type == .timestamp)
        reserveRows(count)
        for index in 0..<count {
            let value = body(index)
            if value == nil { markNull() }
            values.store(value ?? 0, at: rows)
            rows &+= 1
        }
    }

    /// Appends `count` word indices; a negative one stands for no value.
    @inlinable
    public func fill(wordIndices count: Int, _ body: (Int) -> Int32) {
        precondition(type == .word)
        reserveRows(count)
        for index in 0..<count {
            let word = body(index)
            if word < 0 { markNull() }
            values.store(max(0, word), at: rows)
            rows &+= 1
        }
    }

    /// Appends `count` values of variable size that `body` writes; it returns false for no value.
    @inlinable
    public func fill(writing count: Int, _ body: (Int, inout ByteBuffer) -> Bool) {
        precondition(type.isVariable)
        if viewed != nil { stopViewing() }
        reserveRows(count)
        for index in 0..<count {
            let start = own.count
            if !body(index, &own) {
                own.truncate(to: start)
                markNull()
            }
            appendRange(start, own.count)
        }
    }

    /// Appends `count` ranges of the viewed input.
    @inlinable
    public func fill(views count: Int, of input: Buffer, _ body: (Int) -> Range<Int>) {
        precondition(type.isVariable)
        reserveRows(count)
        for index in 0..<count { append(body(index), of: input) }
    }

    /// Appends `count` ranges of the viewed input, some of which are missing.
    @inlinable
    public func fill(optionalViews count: Int, of input: Buffer, _ body: (Int) -> Range<Int>?) {
        precondition(type.isVariable)
        reserveRows(count)
        for index in 0..<count {
            if let range = body(index) { append(range, of: input) } else { appendNull() }
        }
    }

    /// Ends `count` rows of a map column at once. `body` says how many of the entries that were appended to
    /// ``mapBuilders`` since the last row belong to the rows up to this one; traps when there are fewer.
    @inlinable
    public func fill(mapEnds count: Int, _ body: (Int) -> Int) {
        guard let builders = mapBuilders else { preconditionFailure("not a map column") }
        let entries = builders.keys.count
        precondition(entries == builders.values.count)
        reserveRows(count)
        let first = lastEnd
        var start = first
        for index in 0..<count {
            let end = first &+ body(index)
            precondition(end >= start && end <= entries)
            appendRange(start, end)
            start = end
        }
    }
}

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
        let values = values
        let first = rows
        var nulls = validity
        for index in 0..<count {
            let value = body(index)
            if value == nil { markNull(at: first &+ index, in: &nulls) }
            values.store(value ?? 0, at: first &+ index)
        }
        rows = first &+ count
    }

    /// Appends `count` word indices; a negative one stands for no value.
    @inlinable
    public func fill(wordIndices count: Int, _ body: (Int) -> Int32) {
        precondition(type == .word)
        reserveRows(count)
        let values = values
        let first = rows
        var nulls = validity
        for index in 0..<count {
            let word = body(index)
            if word < 0 { markNull(at: first &+ index, in: &nulls) }
            values.store(max(0, word), at: first &+ index)
        }
        rows = first &+ count
    }

    /// Appends `count` values of variable size that `body` writes; it returns false for no value.
    @inlinable
    public func fill(writing count: Int, _ body: (Int, inout ByteBuffer) -> Bool) {
        precondition(type.isVariable)
        if viewed != nil { stopViewing() }
        reserveRows(count)
        let starts = values
        let ends = variableEnds()
        let first = rows
        let limit = byteLimit
        if first > 0, Int(ends.load(first &- 1, as: Int32.self)) != own.count { isContiguous = false }
        // A copy of the writer, because every access to a property of this object would be checked for exclusivity.
        var bytes = ByteBuffer(continuing: own)
        for index in 0..<count {
            let start = bytes.count
            var isValue = body(index, &bytes)
            if isValue, bytes.count > limit {
                hasOverflowed = true
                isValue = false
            }
            if !isValue {
                bytes.truncate(to: start)
                markNull(at: first &+ index)
            }
            starts.store(Int32(truncatingIfNeeded: start), at: first &+ index)
            ends.store(Int32(truncatingIfNeeded: bytes.count), at: first &+ index)
        }
        own = bytes
        rows = first &+ count
    }

    /// Appends `count` ranges of the viewed input.
    @inlinable
    public func fill(views count: Int, of input: Buffer, _ body: (Int) -> Range<Int>) {
        precondition(type.isVariable)
        reserveRows(count)
        guard viewed === input, input.capacity <= byteLimit else {
            for index in 0..<count { append(body(index), of: input) }
            return
        }
        let starts = values
        let ends = variableEnds()
        let first = rows
        var isGapless = isContiguous
        var last = first > 0 ? Int(ends.load(first &- 1, as: Int32.self)) : -1
        for index in 0..<count {
            let range = body(index)
            precondition(range.lowerBound >= 0 && range.upperBound <= input.capacity)
            if range.lowerBound != last, last >= 0 { isGapless = false }
            last = range.upperBound
            starts.store(Int32(truncatingIfNeeded: range.lowerBound), at: first &+ index)
            ends.store(Int32(truncatingIfNeeded: range.upperBound), at: first &+ index)
        }
        isContiguous = isGapless
        rows = first &+ count
    }

    /// Appends `count` ranges of the viewed input, some of which are missing.
    @inlinable
    public func fill(optionalViews count: Int, of input: Buffer, _ body: (Int) -> Range<Int>?) {
        precondition(type.isVariable)
        reserveRows(count)
        guard viewed === input, input.capacity <= byteLimit else {
            for index in 0..<count {
                if let range = body(index) { append(range, of: input) } else { appendNull() }
            }
            return
        }
        let starts = values
        let ends = variableEnds()
        let first = rows
        var nulls = validity
        var isGapless = isContiguous
        var last = first > 0 ? Int(ends.load(first &- 1, as: Int32.self)) : -1
        for index in 0..<count {
            var range = max(last, 0)..<max(last, 0)
            if let found = body(index) {
                range = found
                precondition(range.lowerBound >= 0 && range.upperBound <= input.capacity)
            } else {
                markNull(at: first &+ index, in: &nulls)
            }
            if range.lowerBound != last, last >= 0 { isGapless = false }
            last = range.upperBound
            starts.store(Int32(truncatingIfNeeded: range.lowerBound), at: first &+ index)
            ends.store(Int32(truncatingIfNeeded: range.upperBound), at: first &+ index)
        }
        isContiguous = isGapless
        rows = first &+ count
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
        guard entries <= byteLimit else {
            for index in 0..<count {
                let end = first &+ body(index)
                precondition(end >= start && end <= entries)
                appendRange(start, end)
                start = end
            }
            return
        }
        let starts = values
        let ends = variableEnds()
        let row = rows
        for index in 0..<count {
            let end = first &+ body(index)
            precondition(end >= start && end <= entries)
            starts.store(Int32(truncatingIfNeeded: start), at: row &+ index)
            ends.store(Int32(truncatingIfNeeded: end), at: row &+ index)
            start = end
        }
        rows = row &+ count
    }
}

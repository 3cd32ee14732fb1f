extension Column {
    /// The numbers of an `int64` or `timestamp` column; rows without a value hold an unspecified number.
    @inlinable
    public var int64s: Span<Int64> {
        @_lifetime(borrow self)
        get {
            precondition(type == .int64 || type == .timestamp)
            return values.span(of: Int64.self, at: offset * 8, count: count)
        }
    }

    /// The numbers of a `float64` column; rows without a value hold an unspecified number.
    @inlinable
    public var float64s: Span<Double> {
        @_lifetime(borrow self)
        get {
            precondition(type == .float64)
            return values.span(of: Double.self, at: offset * 8, count: count)
        }
    }

    /// Per row the index into ``Column/words`` of a `word` column; unspecified for rows without a value.
    @inlinable
    public var indices: Span<Int32> {
        @_lifetime(borrow self)
        get {
            precondition(type == .word)
            return values.span(of: Int32.self, at: offset * 4, count: count)
        }
    }

    /// The truth value of a row of a `bool` column.
    @inlinable
    @inline(__always)
    public func bool(_ row: Int) -> Bool {
        precondition(type == .bool && row >= 0 && row < count)
        let bit = offset &+ row
        return values.load(bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
    }

    /// Start of the bytes of `row` in the data buffer; for variable columns.
    @inlinable
    @inline(__always)
    public func start(_ row: Int) -> Int {
        precondition(row >= 0 && row < count)
        return Int(values.load(offset &+ row, as: Int32.self))
    }

    /// End of the bytes of `row` in the data buffer; for variable columns.
    @inlinable
    @inline(__always)
    public func end(_ row: Int) -> Int {
        precondition(row >= 0 && row < count)
        if let ends { return Int(ends.load(offset &+ row, as: Int32.self)) }
        return Int(values.load(offset &+ row &+ 1, as: Int32.self))
    }

    /// The bytes of a row of a variable or `word` column, empty when it has no value; valid as long as the column.
    @inlinable
    @_lifetime(borrow self)
    public func bytes(_ row: Int) -> Span<UInt8> {
        guard isValid(row) else { return values.bytes(at: 0, count: 0) }
        if let words {
            let span = words.word(Int(values.load(offset &+ row, as: Int32.self)))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
        guard let data, type.isVariable else { return values.bytes(at: 0, count: 0) }
        let start = start(row)
        let span = data.bytes(at: start, count: end(row) - start)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The bytes of a row as a value that may be kept; shares the memory.
    public func sharedBytes(_ row: Int) -> Bytes? {
        guard isValid(row) else { return nil }
        if words != nil { return Bytes(copying: bytes(row)) }
        guard let data, type.isVariable else { return nil }
        return Bytes(data, at: start(row), count: end(row) - start(row))
    }

    /// The entries of `row` of a map column as a range of rows of ``Column/mapKeys`` and ``Column/mapValues``.
    @inlinable
    public func entryRange(_ row: Int) -> Range<Int> {
        guard isValid(row) else { return 0..<0 }
        let start = start(row)
        return start..<max(start, end(row))
    }

    /// The keys of all entries of a map column.
    @inlinable
    public var mapKeys: Column? { entries?.keys }

    /// The values of all entries of a map column.
    @inlinable
    public var mapValues: Column? { entries?.values }

    /// The buffer that the bytes of a variable column lie in.
    @inlinable
    public var dataBuffer: Buffer? { data }
}

extension Column {
    /// The value of a row in a form that may be kept: convenient, not for hot loops.
    public func value(_ row: Int) -> Value {
        guard isValid(row) else { return .null }
        switch type {
        case .int64: return .int64(int64s[row])
        case .timestamp: return .timestamp(int64s[row])
        case .float64: return .float64(float64s[row])
        case .bool: return .bool(bool(row))
        case .utf8, .word: return sharedBytes(row).map { .utf8($0) } ?? .null
        case .json: return sharedBytes(row).map { .json($0) } ?? .null
        case .binary: return sharedBytes(row).map { .binary($0) } ?? .null
        case .map:
            guard let mapKeys, let mapValues else { return .null }
            return .map(entryRange(row).map { (mapKeys.value($0), mapValues.value($0)) }.map(Value.Entry.init))
        }
    }
}

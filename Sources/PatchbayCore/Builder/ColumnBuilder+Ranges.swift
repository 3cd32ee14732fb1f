// The ranges of variable values and map entries, and the one place where they become 32-bit offsets.
extension ColumnBuilder {
    /// Appends a row whose bytes are `start ..< end`; a row without a value when 32-bit offsets do not reach them.
    @inlinable
    @inline(__always)
    func appendRange(_ start: Int, _ end: Int) {
        guard end <= byteLimit else { return refuseRange() }
        reserveRows(1)
        let ends = variableEnds()
        if rows > 0, isContiguous, Int(ends.load(rows &- 1, as: Int32.self)) != start { isContiguous = false }
        values.store(Int32(truncatingIfNeeded: start), at: rows)
        ends.store(Int32(truncatingIfNeeded: end), at: rows)
        rows &+= 1
    }

    /// Notes that a value did not fit and appends a row without one.
    @inline(never)
    @usableFromInline
    func refuseRange() {
        hasOverflowed = true
        if viewed == nil, type.isVariable { own.truncate(to: lastEnd) }
        appendNull()
    }

    /// End of the last row's bytes or entries; 0 before the first.
    @usableFromInline
    var lastEnd: Int {
        guard rows > 0, let ends else { return 0 }
        return Int(ends.load(rows - 1, as: Int32.self))
    }

    @inlinable
    @inline(__always)
    func variableEnds() -> Buffer {
        if let ends, ends.capacity >= values.capacity { return ends }
        return makeEnds()
    }

    @inline(never)
    @usableFromInline
    func makeEnds() -> Buffer {
        let fresh = pool.take(capacity: values.capacity)
        if let ends { fresh.copy(from: ends, at: 0, count: ends.capacity, to: 0) }
        ends = fresh
        return fresh
    }

    /// Copies what was shown so far into own memory and goes on copying.
    @usableFromInline
    func stopViewing() {
        guard let shown = viewed else { return }
        viewed = nil
        guard let ends else { return }
        for row in 0..<rows {
            let start = Int(values.load(row, as: Int32.self))
            let end = Int(ends.load(row, as: Int32.self))
            values.store(Int32(truncatingIfNeeded: own.count), at: row)
            if end - start <= byteLimit - own.count {
                own.append(shown.bytes(at: start, count: end - start))
            } else {
                hasOverflowed = true
                markNull(at: row)
            }
            ends.store(Int32(truncatingIfNeeded: own.count), at: row)
        }
        isContiguous = true
    }

    /// Takes back all rows from `count` on, and map entries that belong to no row.
    func truncate(to count: Int) {
        if count >= 0, count < rows {
            for row in count..<rows { setValidity(row) }
            rows = count
            if type.isVariable, viewed == nil { own.truncate(to: lastEnd) }
        }
        if case .map = type {
            keys?.truncate(to: lastEnd)
            entryValues?.truncate(to: lastEnd)
        }
    }

    private func setValidity(_ row: Int) {
        guard let validity else { return }
        let byte = validity.load(row >> 3, as: UInt8.self)
        validity.store(byte | 1 << UInt8(row & 7), at: row >> 3)
    }
}

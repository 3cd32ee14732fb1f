internal import CPatchbay
internal import PatchbayCore

/// Where the parts of a column go within a block. Places count from the block's beginning.
struct ColumnPlan {
    /// How the bytes of a variable column are copied.
    enum Copying {
        /// One run, because little lies between the values.
        case run(start: Int, count: Int)
        /// Value by value.
        case values(count: Int)
    }

    private(set) var validity = 0
    private(set) var values = 0
    private(set) var ends = 0
    private(set) var data = 0
    private(set) var copying = Copying.values(count: 0)
    /// Where the descriptions of map entries go.
    private(set) var entryTable = 0
    /// The entries that the rows of a map have: a slice of a batch has few of its column's.
    private(set) var entries = 0..<0

    /// A plan for nothing.
    init() {}

    /// A plan for `column`, whose parts go behind `size`. The entries of a map have plans of their own, behind it.
    init(_ column: borrowing Column, at size: inout Int) {
        let rows = column.count
        if column.mayHaveNulls { validity = Self.take((rows + 7) / 8, &size) }
        switch column.type {
        case .int64, .float64, .timestamp: values = Self.take(rows * 8, &size)
        case .bool: values = Self.take((rows + 7) / 8, &size)
        case .word: values = Self.take(rows * 4, &size)
        case .utf8, .binary, .json:
            values = Self.take((rows + 1) * 4, &size)
            ends = Self.take(rows * 4, &size)
            copying = Self.copying(column)
            switch copying {
            case .run(_, let count), .values(let count): data = Self.take(count, &size)
            }
        case .map:
            values = Self.take((rows + 1) * 4, &size)
            ends = Self.take(rows * 4, &size)
            entryTable = Self.take(2 * MemoryLayout<patchbay_column>.stride, &size)
            entries = Self.entries(column)
        }
    }

    private static func entries(_ column: borrowing Column) -> Range<Int> {
        var lowest = Int.max
        var highest = 0
        for row in 0..<column.count {
            let range = column.entryRange(row)
            if range.isEmpty { continue }
            lowest = min(lowest, range.lowerBound)
            highest = max(highest, range.upperBound)
        }
        return lowest < highest ? lowest..<highest : 0..<0
    }

    private static func take(_ count: Int, _ size: inout Int) -> Int {
        let place = (size + 7) & ~7
        size = place + count
        return place
    }

    private static func copying(_ column: borrowing Column) -> Copying {
        var total = 0
        var lowest = Int.max
        var highest = 0
        for row in 0..<column.count {
            let start = column.start(row)
            let end = max(start, column.end(row))
            guard column.isValid(row), end > start else { continue }
            total += end - start
            lowest = min(lowest, start)
            highest = max(highest, end)
        }
        guard total > 0 else { return .values(count: 0) }
        let span = highest - lowest
        return span <= total + total / 2 + 64 ? .run(start: lowest, count: span) : .values(count: total)
    }
}

extension ColumnPlan {
    /// Writes `column` to `block`; its description for the plugin, without words.
    func write(_ column: borrowing Column, to block: ImageBlock) -> patchbay_column {
        let base = block.address
        var image = patchbay_column()
        image.type = column.type.abi.rawValue
        image.count = UInt64(column.count)
        image.values = base + UInt64(values)
        if column.mayHaveNulls {
            image.validity = base + UInt64(validity)
            Self.writeBits(column.count, to: block, at: validity) { column.isValid($0) }
        }
        let rows = column.count
        switch column.type {
        case .int64, .float64, .timestamp:
            block.copy(from: column.values, at: column.offset * 8, count: rows * 8, to: values)
        case .word: block.copy(from: column.values, at: column.offset * 4, count: rows * 4, to: values)
        case .bool: Self.writeBits(column.count, to: block, at: values) { column.bool($0) }
        case .utf8, .binary, .json:
            let count = writeBytes(column, to: block)
            image.ends = base + UInt64(ends)
            image.data = patchbay_bytes(address: base + UInt64(data), length: UInt64(count))
        case .map:
            writeEntryRanges(column, to: block)
            image.ends = base + UInt64(ends)
            image.words = base + UInt64(entryTable)
        }
        return image
    }

    private static func writeBits(_ rows: Int, to block: ImageBlock, at place: Int, _ bit: (Int) -> Bool) {
        var byte: UInt8 = 0
        for row in 0..<rows {
            if bit(row) { byte |= 1 << UInt8(row & 7) }
            if row & 7 == 7 || row == rows - 1 {
                block.store(byte, at: place + row >> 3)
                byte = 0
            }
        }
    }

    private func writeEntryRanges(_ column: borrowing Column, to block: ImageBlock) {
        var starts = block.mutableSpan(of: Int32.self, at: values, count: column.count + 1)
        var lasts = block.mutableSpan(of: Int32.self, at: ends, count: column.count)
        for row in 0..<column.count {
            let range = column.entryRange(row)
            starts[row] = range.isEmpty ? 0 : Int32(truncatingIfNeeded: range.lowerBound - entries.lowerBound)
            lasts[row] = range.isEmpty ? 0 : Int32(truncatingIfNeeded: range.upperBound - entries.lowerBound)
        }
    }

    /// Writes starts, ends and bytes; how many bytes.
    private func writeBytes(_ column: borrowing Column, to block: ImageBlock) -> Int {
        var starts = block.mutableSpan(of: Int32.self, at: values, count: column.count + 1)
        var lasts = block.mutableSpan(of: Int32.self, at: ends, count: column.count)
        guard let source = column.data else {
            for row in 0..<column.count {
                starts[row] = 0
                lasts[row] = 0
            }
            return 0
        }
        if case .run(let start, let count) = copying {
            block.copy(from: source, at: start, count: count, to: data)
            for row in 0..<column.count {
                let first = column.start(row) - start
                let last = column.end(row) - start
                let isEmpty = first < 0 || last <= first || last > count
                starts[row] = isEmpty ? 0 : Int32(truncatingIfNeeded: first)
                lasts[row] = isEmpty ? 0 : Int32(truncatingIfNeeded: last)
            }
            return count
        }
        var place = 0
        for row in 0..<column.count {
            let first = column.start(row)
            let length = column.isValid(row) ? max(0, column.end(row) - first) : 0
            if length > 0 { block.copy(from: source, at: first, count: length, to: data + place) }
            starts[row] = Int32(truncatingIfNeeded: place)
            place += length
            lasts[row] = Int32(truncatingIfNeeded: place)
        }
        return place
    }
}

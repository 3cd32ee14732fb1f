import PatchbayCore

/// Writes the buffers of one column after the other, each where the plan put it.
struct ColumnWriter: ~Copyable {
    let region: FrameRegion
    let buffers: [FramePlan.PlannedBuffer]
    private var next = 0

    init(region: FrameRegion, buffers: [FramePlan.PlannedBuffer]) {
        self.region = region
        self.buffers = buffers
    }

    /// Writes a column; with `shift` its values are shown in the bytes of the call, so far behind their place in the data.
    mutating func write(_ column: Column, _ words: WordPlan?, shift: Int? = nil) {
        let validity = take(if: .validity)
        if let validity, let source = column.validity {
            writeBits(source, from: column.offset, count: column.count, at: validity)
        }
        if let shift { return writePlaces(column, shift) }
        switch column.type {
        case .int64, .timestamp, .float64: writeNumbers(column)
        case .bool: writeBools(column, validity: validity)
        case .utf8, .binary, .json:
            let offsets = take()
            let bytes = take()
            var values = ValueWriter(region: region, offsets: offsets, bytes: bytes)
            values.write(column, 0..<column.count)
        case .word: writeWords(column, words)
        case .map: writeMap(column)
        }
    }

    /// The place of the next buffer; zeroes the padding behind it.
    private mutating func take() -> Int {
        let buffer = buffers[next]
        next += 1
        let end = buffer.offset + buffer.length
        region.clear(at: end, count: FrameFormat.padded(buffer.length) - buffer.length)
        return buffer.offset
    }

    private mutating func take(if kind: BufferKind) -> Int? {
        next < buffers.count && buffers[next].kind == kind ? take() : nil
    }

    private mutating func writeNumbers(_ column: Column) {
        let target = take()
        region.write(column.values.bytes(at: column.offset * 8, count: column.count * 8), at: target)
        guard column.mayHaveNulls else { return }
        for row in 0..<column.count where !column.isValid(row) { region.store(0 as UInt64, at: target + row * 8) }
    }

    private mutating func writePlaces(_ column: Column, _ shift: Int) {
        let starts = take()
        let ends = take()
        for row in 0..<column.count {
            let isValid = column.isValid(row)
            region.store(Int32(truncatingIfNeeded: isValid ? column.start(row) + shift : 0), at: starts + row * 4)
            region.store(Int32(truncatingIfNeeded: isValid ? column.end(row) + shift : 0), at: ends + row * 4)
        }
    }

    private mutating func writeBools(_ column: Column, validity: Int?) {
        let target = take()
        writeBits(column.values, from: column.offset, count: column.count, at: target)
        guard let validity else { return }
        for byte in 0..<FrameFormat.bitmapSize(column.count) {
            region.store(region.byte(at: target + byte) & region.byte(at: validity + byte), at: target + byte)
        }
    }

    /// Copies bits, moved so that the first is bit 0; bits behind the last are zero.
    private func writeBits(_ source: Buffer, from first: Int, count: Int, at target: Int) {
        let size = FrameFormat.bitmapSize(count)
        let shift = UInt8(first & 7)
        let lastByte = count > 0 ? (first + count - 1) >> 3 : 0
        for index in 0..<size {
            let from = (first >> 3) + index
            var byte = source.load(from, as: UInt8.self) >> shift
            if shift > 0, from < lastByte { byte |= source.load(from + 1, as: UInt8.self) << (8 - shift) }
            let rest = count - index * 8
            if rest < 8 { byte &= (1 << UInt8(rest)) - 1 }
            region.store(byte, at: target + index)
        }
    }

    private mutating func writeWords(_ column: Column, _ words: WordPlan?) {
        let target = take()
        let wordOffsets = take()
        let wordBytes = take()
        guard let words else { return }
        let source = column.indices
        for row in 0..<column.count {
            let index = column.isValid(row) ? words.indices[Int(source[row])] : 0
            region.store(index, at: target + row * 4)
        }
        let (offsets, data) = words.list.arrowBuffers
        region.write(offsets.bytes(at: 0, count: (words.list.count + 1) * 4), at: wordOffsets)
        region.write(data.bytes(at: 0, count: words.byteCount), at: wordBytes)
    }

    private mutating func writeMap(_ column: Column) {
        let offsets = take()
        let keyOffsets = take()
        let keyBytes = take()
        let validity = take(if: .entryValidity)
        let entryOffsets = take()
        let entryBytes = take()
        var keyWriter = ValueWriter(region: region, offsets: keyOffsets, bytes: keyBytes)
        var valueWriter = ValueWriter(region: region, offsets: entryOffsets, bytes: entryBytes)
        region.store(0 as Int32, at: offsets)
        guard let keys = column.mapKeys, let values = column.mapValues else {
            region.clear(at: offsets, count: (column.count + 1) * 4)
            return
        }
        var written = 0
        for row in 0..<column.count {
            let range = column.entryRange(row)
            keyWriter.write(keys, range)
            valueWriter.write(values, range)
            if let validity { setBits(values, range, from: written, at: validity) }
            written += range.count
            region.store(Int32(truncatingIfNeeded: written), at: offsets + (row + 1) * 4)
        }
    }

    /// Sets one validity bit per entry; bytes are begun at zero in rising order.
    private func setBits(_ column: Column, _ range: Range<Int>, from first: Int, at target: Int) {
        var bit = first
        for row in range {
            let at = target + bit >> 3
            let byte = bit & 7 == 0 ? 0 : region.byte(at: at)
            region.store(column.isValid(row) ? byte | 1 << UInt8(bit & 7) : byte, at: at)
            bit += 1
        }
    }
}

/// Writes variable values one behind the other, with their offsets.
struct ValueWriter {
    let region: FrameRegion
    let offsets: Int
    let bytes: Int
    private var row = 0
    private var length = 0

    init(region: FrameRegion, offsets: Int, bytes: Int) {
        self.region = region
        self.offsets = offsets
        self.bytes = bytes
        region.store(0 as Int32, at: offsets)
    }

    mutating func write(_ column: Column, _ range: Range<Int>) {
        guard let data = column.dataBuffer, let last = range.last else { return writeEmpty(range.count) }
        if !column.mayHaveNulls, column.isContiguous {
            let first = column.start(range.lowerBound)
            region.write(data.bytes(at: first, count: column.end(last) - first), at: bytes + length)
            for source in range { endValue(at: length + column.end(source) - first) }
            length += column.end(last) - first
            return
        }
        for source in range {
            if column.isValid(source) {
                let value = column.bytes(source)
                region.write(value, at: bytes + length)
                length += value.count
            }
            endValue(at: length)
        }
    }

    private mutating func writeEmpty(_ count: Int) {
        for _ in 0..<count { endValue(at: length) }
    }

    @inline(__always)
    private mutating func endValue(at end: Int) {
        row += 1
        region.store(Int32(truncatingIfNeeded: end), at: offsets + row * 4)
    }
}

import PatchbayCore

/// Where each buffer of a frame will lie: made before the first byte is written.
struct FramePlan: ~Copyable {
    struct PlannedBuffer {
        let kind: BufferKind
        let column: Int
        let offset: Int
        let length: Int
    }

    private(set) var buffers: [PlannedBuffer] = []
    private(set) var columns: [Column] = []
    /// Per column the words that are written; nil for columns of other types.
    private(set) var words: [WordPlan?] = []
    /// Per column how far into ``input`` its data lie; nil where values are copied.
    private(set) var shifts: [Int?] = []
    private(set) var totalLength = 0
    /// Which columns are written; nil for all.
    var carried: [Bool]?
    /// Bytes that the reader has too.
    var input: Bytes?
    private var count = 0
    private var schema: Schema?
    private var schemaBlock = ByteBuffer()

    mutating func prepare(_ batch: Batch) throws(FrameError) {
        if let overflow = batch.overflow { throw FrameError(overflow) }
        guard batch.count < Int(Int32.max) else {
            throw FrameError(.tooLarge, "a frame holds fewer than 2^31-1 records")
        }
        try prepare(batch.schema)
        release()
        count = batch.count
        if let key = batch.key { try add(key, Field(Schema.keyName, .binary)) }
        try add(batch.value, Field(Schema.valueName, .binary))
        if let time = batch.time { try add(time, Field(Schema.timeName, .timestamp)) }
        for (column, field) in zip(batch.fields, batch.schema.fields) { try add(column, field) }
        place()
    }

    /// Lets go of the batch's memory and keeps the plan's own.
    mutating func release() {
        columns.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        shifts.removeAll(keepingCapacity: true)
        buffers.removeAll(keepingCapacity: true)
    }

    private mutating func prepare(_ schema: Schema) throws(FrameError) {
        if self.schema === schema { return }
        guard schema.fields.count <= FrameFormat.fieldLimit else {
            throw FrameError(.tooLarge, "a frame holds at most \(FrameFormat.fieldLimit) fields")
        }
        var names = WordListBuilder()
        for (index, field) in schema.fields.enumerated()
        where Int(names.index(of: Bytes(field.name).span)) != index {
            throw FrameError(.schema, "two fields of the schema have the name '\(field.name)'")
        }
        schemaBlock.removeAll()
        SchemaBlock.write(schema, to: &schemaBlock)
        guard schemaBlock.count < Int(Int32.max) else { throw FrameError(.tooLarge, "the schema passes 2 GiB") }
        self.schema = schema
    }

    /// Whether column number `index` is written.
    func isCarried(_ index: Int) -> Bool {
        guard let carried else { return true }
        return index < carried.count && carried[index]
    }

    private mutating func add(_ column: Column, _ field: Field) throws(FrameError) {
        let number = columns.count
        columns.append(column)
        let shift = column.type.isVariable ? column.shift(into: input) : nil
        shifts.append(shift)
        guard isCarried(number) else { return words.append(nil) }
        if shift != nil {
            if column.nullCount > 0 { add(.validity, number, FrameFormat.bitmapSize(count)) }
            add(.starts, number, count * 4)
            add(.ends, number, count * 4)
            return words.append(nil)
        }
        var plan: WordPlan?
        if column.nullCount > 0 { add(.validity, number, FrameFormat.bitmapSize(count)) }
        switch column.type {
        case .int64, .timestamp, .float64: add(.numbers, number, count * 8)
        case .bool: add(.bits, number, FrameFormat.bitmapSize(count))
        case .utf8, .binary, .json:
            add(.offsets, number, (count + 1) * 4)
            add(.bytes, number, try limited(column.shownBytes(0..<count), field))
        case .word:
            let words = try WordPlan(column, order: field.order, name: field.name)
            add(.indices, number, count * 4)
            add(.wordOffsets, number, (words.list.count + 1) * 4)
            add(.wordBytes, number, words.byteCount)
            plan = words
        case .map:
            try addMap(column, field, number)
        }
        words.append(plan)
    }

    private mutating func addMap(_ column: Column, _ field: Field, _ number: Int) throws(FrameError) {
        var entries = 0
        var keyBytes = 0
        var valueBytes = 0
        var hasNulls = false
        if let keys = column.mapKeys, let values = column.mapValues {
            for row in 0..<count {
                let range = column.entryRange(row)
                entries += range.count
                keyBytes += keys.shownBytes(range)
                valueBytes += values.shownBytes(range)
                if values.mayHaveNulls, !hasNulls { hasNulls = range.contains { !values.isValid($0) } }
            }
        }
        entries = try limited(entries, field)
        add(.offsets, number, (count + 1) * 4)
        add(.keyOffsets, number, (entries + 1) * 4)
        add(.keyBytes, number, try limited(keyBytes, field))
        if hasNulls { add(.entryValidity, number, FrameFormat.bitmapSize(entries)) }
        add(.entryOffsets, number, (entries + 1) * 4)
        add(.entryBytes, number, try limited(valueBytes, field))
    }

    private func limited(_ length: Int, _ field: Field) throws(FrameError) -> Int {
        guard length < Int(Int32.max) else { throw FrameError(CoreError(.columnTooLarge, column: field.name)) }
        return length
    }

    private mutating func add(_ kind: BufferKind, _ column: Int, _ length: Int) {
        buffers.append(PlannedBuffer(kind: kind, column: column, offset: 0, length: length))
    }

    private mutating func place() {
        var offset = FrameFormat.headerSize + schemaBlock.count + buffers.count * FrameFormat.entrySize
        for index in buffers.indices {
            let buffer = buffers[index]
            buffers[index] = PlannedBuffer(
                kind: buffer.kind,
                column: buffer.column,
                offset: offset,
                length: buffer.length
            )
            offset += FrameFormat.padded(buffer.length)
        }
        totalLength = offset
    }

    /// Writes header, schema block and buffer table.
    func writeHead(into region: FrameRegion) {
        typealias At = FrameFormat.At
        let tableOffset = FrameFormat.headerSize + schemaBlock.count
        region.store(FrameFormat.magic, at: 0)
        region.store(FrameFormat.version, at: At.version)
        region.store(0 as UInt16, at: At.flags)
        region.store(UInt32(truncatingIfNeeded: count), at: At.recordCount)
        region.store(UInt64(totalLength), at: At.totalLength)
        region.store(UInt32(truncatingIfNeeded: schemaBlock.count), at: At.schemaLength)
        region.store(UInt32(truncatingIfNeeded: buffers.count), at: At.bufferCount)
        region.store(UInt64(FrameFormat.headerSize), at: At.schemaOffset)
        region.store(UInt64(tableOffset), at: At.tableOffset)
        region.clear(at: At.reserved, count: FrameFormat.headerSize - At.reserved)
        region.write(schemaBlock.span, at: FrameFormat.headerSize)
        for (index, buffer) in buffers.enumerated() {
            let entry = tableOffset + index * FrameFormat.entrySize
            region.store(buffer.kind.rawValue, at: entry)
            region.store(UInt32(truncatingIfNeeded: buffer.column), at: entry + 4)
            region.store(UInt64(buffer.offset), at: entry + 8)
            region.store(UInt64(buffer.length), at: entry + 16)
        }
    }
}

extension Column {
    /// How far into `input` the data of a variable column lie; nil when some of its values lie elsewhere.
    fileprivate func shift(into input: Bytes?) -> Int? {
        guard let input, let data = dataBuffer, let place = data.offset(in: input.buffer) else { return nil }
        let shift = place - input.offset
        for row in 0..<count where isValid(row) {
            guard start(row) + shift >= 0, end(row) + shift <= input.count else { return nil }
        }
        return shift
    }

    /// Bytes that the rows `range` of a variable column show, without those of rows without a value.
    func shownBytes(_ range: Range<Int>) -> Int {
        guard let last = range.last else { return 0 }
        if !mayHaveNulls, isContiguous { return end(last) - start(range.lowerBound) }
        var total = 0
        for row in range where isValid(row) { total += end(row) - start(row) }
        return total
    }
}

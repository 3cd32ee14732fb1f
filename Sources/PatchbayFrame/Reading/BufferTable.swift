import PatchbayCore
internal import Synchronization

/// Hands out the buffers of a frame in their order: kind, column and length are checked before a byte is looked at.
struct BufferTable {
    struct Entry {
        let buffer: Buffer
        /// Position in the frame.
        let offset: Int
        let length: Int
    }

    private let frame: Bytes
    private let table: Range<Int>
    private let totalLength: Int
    /// Entries taken.
    private var next = 0
    /// End of the last buffer.
    private var end: Int
    /// Columns read.
    private var column = 0
    /// What values may be shown in.
    private let input: Bytes?

    init(_ frame: Bytes, _ header: FrameHeader, _ input: Bytes?) throws(FrameError) {
        self.frame = frame
        self.input = input
        table = header.table
        totalLength = header.totalLength
        end = header.table.upperBound
    }

    /// The buffers of the next column, put together and checked.
    mutating func column(_ field: Field, count: Int) throws(FrameError) -> Column {
        defer { column += 1 }
        guard isCarried else { return try missing(field, count) }
        let validity = try take(if: .validity, length: FrameFormat.bitmapSize(count))
        switch field.type {
        case .int64, .timestamp, .float64:
            let values = try take(.numbers, length: try product(count, 8))
            return Column(type: field.type, count: count, validity: validity?.buffer, values: values.buffer)
        case .bool:
            let values = try take(.bits, length: FrameFormat.bitmapSize(count))
            return Column(type: .bool, count: count, validity: validity?.buffer, values: values.buffer)
        case .utf8, .binary, .json:
            return try variable(field.type, .offsets, .bytes, count, validity)
        case .word: return try wordColumn(field, count, validity)
        case .map(let json): return try mapColumn(json, count, validity)
        }
    }

    /// Throws when buffers are left over.
    func finish() throws(FrameError) {
        guard table.lowerBound + next * FrameFormat.entrySize == table.upperBound else {
            throw FrameError(.buffers, at: place, "the frame has more buffers than its schema asks for")
        }
    }

    // MARK: Columns

    private mutating func variable(
        _ type: FieldType,
        _ offsetsKind: BufferKind,
        _ bytesKind: BufferKind,
        _ count: Int,
        _ validity: Entry?
    ) throws(FrameError) -> Column {
        if offsetsKind == .offsets, isNext(.starts) { return try shown(type, count, validity) }
        let offsets = try take(offsetsKind, length: try product(count + 1, 4))
        let data = try take(bytesKind)
        try checkOffsets(offsets, count, limit: data.length)
        return Column(
            type: type,
            count: count,
            validity: validity?.buffer,
            values: offsets.buffer,
            data: data.buffer
        )
    }

    /// A column whose values lie in the bytes of the call.
    private mutating func shown(_ type: FieldType, _ count: Int, _ validity: Entry?) throws(FrameError) -> Column {
        let place = place
        let starts = try take(.starts, length: try product(count, 4))
        let ends = try take(.ends, length: try product(count, 4))
        guard let input else {
            throw FrameError(.unsupported, at: place, "column \(column) shows bytes that do not belong to the frame")
        }
        guard input.offset <= Int(Int32.max) - input.count else {
            throw FrameError(.tooLarge, "the bytes of the call pass 2 GiB")
        }
        var first = starts.buffer.mutableSpan(of: Int32.self, count: count)
        var last = ends.buffer.mutableSpan(of: Int32.self, count: count)
        let limit = Int32(truncatingIfNeeded: input.count)
        let shift = Int32(truncatingIfNeeded: input.offset)
        for row in 0..<count {
            guard first[row] >= 0, first[row] <= last[row], last[row] <= limit else {
                throw FrameError(.content, at: starts.offset + row * 4, "a value lies outside the bytes of the call")
            }
            if shift > 0 {
                first[row] &+= shift
                last[row] &+= shift
            }
        }
        return Column(
            type: type, count: count, validity: validity?.buffer, values: starts.buffer, ends: ends.buffer,
            data: input.buffer)
    }

    /// A column that the frame leaves out: no row has a value.
    private func missing(_ field: Field, _ count: Int) throws(FrameError) -> Column {
        guard count <= FrameFormat.sparseLimit else {
            throw FrameError(
                .tooLarge, at: FrameFormat.At.recordCount,
                "a frame of \(count) records leaves out columns, and may have \(FrameFormat.sparseLimit)")
        }
        let zeros = Zeros.buffer(count * 8 + 8)
        var entries: MapEntries?
        if case .map(let json) = field.type {
            entries = MapEntries(
                keys: Column(type: .utf8, count: 0, values: zeros, data: zeros),
                values: Column(type: json ? .json : .utf8, count: 0, values: zeros, data: zeros))
        }
        return Column(
            type: field.type, count: count, validity: zeros, values: zeros,
            data: field.type.isVariable ? zeros : nil,
            words: field.type == .word ? WordList(field.order) : nil, entries: entries)
    }

    private mutating func wordColumn(_ field: Field, _ count: Int, _ validity: Entry?) throws(FrameError) -> Column {
        let indices = try take(.indices, length: try product(count, 4))
        let offsets = try take(.wordOffsets)
        let data = try take(.wordBytes)
        let wordCount = try elements(offsets)
        try checkOffsets(offsets, wordCount, limit: data.length)
        let words = WordList(count: wordCount, starts: offsets.buffer, data: data.buffer)
        try checkVocabulary(words, field, at: offsets.offset)
        let column = Column(
            type: .word,
            count: count,
            validity: validity?.buffer,
            values: indices.buffer,
            words: words
        )
        let numbers = column.indices
        for row in 0..<count {
            // A row without a value has an index too, which consumers may look up before they look at the validity.
            let index = numbers[row]
            guard index >= 0, Int(index) < wordCount || (index == 0 && !column.isValid(row)) else {
                throw FrameError(.content, at: indices.offset + row * 4, "there is no word \(index)")
            }
        }
        return column
    }

    private mutating func mapColumn(_ json: Bool, _ count: Int, _ validity: Entry?) throws(FrameError) -> Column {
        let offsets = try take(.offsets, length: try product(count + 1, 4))
        let keyOffsets = try take(.keyOffsets)
        let keyBytes = try take(.keyBytes)
        let entries = try elements(keyOffsets)
        try checkOffsets(keyOffsets, entries, limit: keyBytes.length)
        let keys = Column(type: .utf8, count: entries, values: keyOffsets.buffer, data: keyBytes.buffer)
        let entryValidity = try take(if: .entryValidity, length: FrameFormat.bitmapSize(entries))
        let values = try variable(json ? .json : .utf8, .entryOffsets, .entryBytes, entries, entryValidity)
        try checkOffsets(offsets, count, limit: entries)
        return Column(
            type: .map(json: json),
            count: count,
            validity: validity?.buffer,
            values: offsets.buffer,
            entries: MapEntries(keys: keys, values: values)
        )
    }

    // MARK: Checks

    /// Offsets must begin at 0 or later, never fall, and end within what they refer to.
    private func checkOffsets(_ entry: Entry, _ count: Int, limit: Int) throws(FrameError) {
        let offsets = entry.buffer.span(of: Int32.self, count: count + 1)
        var last: Int32 = 0
        var isRising = true
        for index in 0...count {
            let offset = offsets[index]
            isRising = isRising && offset >= last
            last = offset
        }
        guard isRising, Int(last) <= limit else {
            throw FrameError(.content, at: entry.offset, "offsets fall or pass the end of what they refer to")
        }
    }

    private func checkVocabulary(_ words: WordList, _ field: Field, at offset: Int) throws(FrameError) {
        if field.order.isEmpty { return }
        var isEqual = words.count == field.order.count
        for (index, word) in field.order.enumerated() where isEqual {
            isEqual = words.word(index).elementsEqual(Bytes(word).span)
        }
        guard isEqual else {
            throw FrameError(.vocabulary, at: offset, "the words of column \(field.name) are not those of its schema")
        }
    }

    /// Number of values that an offsets buffer describes.
    private func elements(_ entry: Entry) throws(FrameError) -> Int {
        guard entry.length >= 4, entry.length & 3 == 0, entry.length / 4 - 1 <= Int(Int32.max) else {
            throw FrameError(.buffers, at: place, "an offsets buffer cannot have \(entry.length) bytes")
        }
        return entry.length / 4 - 1
    }

    private func product(_ count: Int, _ size: Int) throws(FrameError) -> Int {
        let (length, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else { throw FrameError(.header, at: FrameFormat.At.recordCount, "too many records") }
        return length
    }

    // MARK: Entries

    /// Position of the entry that comes next.
    private var place: Int { table.lowerBound + next * FrameFormat.entrySize }

    /// Whether the frame has a buffer for the column.
    private var isCarried: Bool {
        place < table.upperBound && Int(frame.span.little(at: place + 4, as: UInt32.self)) == column
    }

    private func isNext(_ kind: BufferKind) -> Bool {
        guard place < table.upperBound else { return false }
        return frame.span.little(at: place, as: UInt32.self) == kind.rawValue
            && Int(frame.span.little(at: place + 4, as: UInt32.self)) == column
    }

    private mutating func take(if kind: BufferKind, length: Int) throws(FrameError) -> Entry? {
        isNext(kind) ? try take(kind, length: length) : nil
    }

    private mutating func take(_ kind: BufferKind, length: Int) throws(FrameError) -> Entry {
        let at = place
        let entry = try take(kind)
        guard entry.length == length else {
            throw FrameError(.buffers, at: at + 16, "a buffer has \(entry.length) bytes where \(length) are needed")
        }
        return entry
    }

    private mutating func take(_ kind: BufferKind) throws(FrameError) -> Entry {
        guard isNext(kind) else {
            throw FrameError(.buffers, at: place, "column \(column) has no buffer '\(kind)' where one is needed")
        }
        let offset = frame.span.little(at: place + 8, as: UInt64.self)
        let length = frame.span.little(at: place + 16, as: UInt64.self)
        let total = UInt64(totalLength)
        guard offset & 7 == 0, offset >= UInt64(end), offset <= total, length <= total - offset else {
            throw FrameError(.buffers, at: place + 8, "a buffer lies outside the frame or overlaps another")
        }
        next += 1
        end = Int(offset + length)
        return Entry(
            buffer: Buffer(part: frame.buffer, at: frame.offset + Int(offset), count: Int(length)),
            offset: Int(offset),
            length: Int(length)
        )
    }
}

/// Zeros that all columns without values share.
private enum Zeros {
    private static let shared = Mutex(Buffer(capacity: 64 << 10))

    static func buffer(_ size: Int) -> Buffer {
        shared.withLock { buffer in
            if buffer.capacity < size { buffer = Buffer(capacity: size) }
            return buffer
        }
    }
}

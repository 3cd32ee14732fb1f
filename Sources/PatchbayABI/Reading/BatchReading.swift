internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Makes batches of what a plugin put into its memory.
///
/// Numbers, bits and bytes are shown where they lie when the plugin promised to leave them there (a token), else copied.
/// Starts, ends and word indices are copied while they are checked: they decide where memory is read, and the plugin
/// could change them afterwards.
struct BatchReading {
    private let schema: Schema
    private let columnFields: [Field]
    private let outputLimit: UInt64
    /// Bytes that may still be handed over; see ``begin()``.
    private var budget: UInt64
    /// Bytes copied out of the plugin's memory since they were last asked for.
    private var copied: UInt64 = 0
    private var pool = BufferPool(limit: 128)
    private var gatherer = BatchGatherer()
    private var words: [(version: UInt64, generation: Int, list: WordList)?]

    init(_ schema: Schema, outputLimit: Int) {
        self.schema = schema
        self.outputLimit = UInt64(clamping: outputLimit)
        budget = self.outputLimit
        columnFields =
            (schema.hasKey ? [Field(Schema.keyName, .binary)] : []) + [Field(Schema.valueName, .binary)]
            + (schema.hasTime ? [Field(Schema.timeName, .timestamp)] : []) + schema.fields
        words = Array(repeating: nil, count: columnFields.count)
    }

    /// Memory of the host that the plugin may show parts of: what it was given to parse.
    struct Input {
        /// The buffer that columns show.
        let buffer: Buffer
        /// First byte of the input within it.
        let start: Int
        let count: Int
        /// Of that byte in the plugin.
        let address: UInt64
    }

    /// Where the columns of a result come from.
    struct Source {
        let memory: GuestMemory
        let generation: Int
        let lease: GuestLease?
        var input: Input?
        /// Memory of the host, which it will write to again: never shown, whatever the plugin promises.
        var hostBlocks: [GuestBlock] = []
        /// Columns of the batch that was given, for those that are inherited, and the rows to take.
        var inherited: [Column] = []
        var rows: [Int32]?
        /// Most records that the result may have.
        var rowLimit = Int(Int32.max) / 16

        /// Whether bytes may be shown where they lie, and what keeps them there.
        func owner(of address: UInt64, _ count: UInt64) -> GuestLease? {
            guard let lease else { return nil }
            let isHosts = hostBlocks.contains { block in
                let end = block.address &+ UInt64(block.capacity)
                return address < end && block.address < address &+ count
            }
            return isHosts ? nil : lease
        }
    }

    /// A new call begins, with all that follows it by MORE: together they may hand over what the limit says.
    mutating func begin() { budget = outputLimit }

    /// Bytes copied out of the plugin's memory; counting starts anew.
    mutating func takeCopied() -> UInt64 {
        defer { copied = 0 }
        return copied
    }

    private mutating func spend(_ bytes: UInt64, _ place: Place) throws(PluginError) {
        guard bytes <= budget else {
            throw place.wrong("it takes the call over its limit of \(outputLimit) bytes of results")
        }
        budget -= bytes
    }

    /// The batch that `result` describes; nil when it has no rows.
    mutating func batch(_ result: patchbay_batch, _ source: Source) throws(PluginError) -> Batch? {
        guard result.rows > 0 else { return nil }
        guard result.rows <= UInt64(source.rowLimit), result.columns.count == columnFields.count else {
            throw Place("the result").wrong(
                "\(result.rows) rows in \(result.columns.count) columns, where \(columnFields.count) were agreed and "
                    + "\(source.rowLimit) rows allowed")
        }
        let rows = Int(result.rows)
        let images = try source.memory.array(
            of: patchbay_column.self, at: result.columns.address, count: result.columns.count, Place("the columns"))
        var columns: [Column] = []
        columns.reserveCapacity(images.count)
        for (index, image) in images.enumerated() {
            columns.append(try column(image, columnFields[index], index, rows, source))
        }
        var next = columns.makeIterator()
        let key = schema.hasKey ? next.next() : nil
        guard let value = next.next() else { throw Place("the result").wrong("it has no value column") }
        let time = schema.hasTime ? next.next() : nil
        return Batch(schema: schema, count: rows, key: key, value: value, time: time, fields: Array(next))
    }

    private mutating func column(
        _ image: patchbay_column, _ field: Field, _ index: Int, _ rows: Int, _ source: Source
    ) throws(PluginError) -> Column {
        let name = field.name
        if image.type == PATCHBAY_INHERITED.rawValue {
            return try inherited(image, field, rows, source)
        }
        guard image.type == field.type.abi.rawValue, image.count == UInt64(rows) else {
            throw Place("the column", name).wrong(
                "\(image.count) rows of type \(image.type), where \(rows) rows of \(field.type.name) were agreed")
        }
        let validity = try validity(image, rows, source, name)
        switch field.type {
        case .int64, .float64, .timestamp:
            let values = try shown(image.values, UInt64(rows) * 8, 8, source, Place("the numbers of", name))
            return Column(type: field.type, count: rows, validity: validity, values: values)
        case .bool:
            let bits = try shown(image.values, UInt64(rows + 7) / 8, 1, source, Place("the bits of", name))
            return Column(type: field.type, count: rows, validity: validity, values: bits)
        case .word:
            let list = try wordList(image, field, index, source)
            try spend(UInt64(rows) * 4, Place("the words of", name))
            copied &+= UInt64(rows) * 4
            let indices = pool.take(capacity: rows * 4)
            try source.memory.copyIndices(
                at: image.values, rows: rows, below: list.count, validity: validity, into: indices,
                Place("the words of", name))
            return Column(type: .word, count: rows, validity: validity, values: indices, words: list)
        case .utf8, .binary, .json:
            return try variable(image, field.type, rows, validity, source, name)
        case .map(let json):
            return try map(image, json, rows, validity, source, name)
        }
    }

    /// Always a copy: the checks of other parts rest on it, and so do readers that look twice.
    private mutating func validity(
        _ image: patchbay_column, _ rows: Int, _ source: Source, _ name: String
    ) throws(PluginError) -> Buffer? {
        guard image.validity != 0 else { return nil }
        let place = Place("the validity of", name)
        let count = UInt64(rows + 7) / 8
        try spend(count, place)
        copied &+= count
        return try source.memory.bytes(at: image.validity, count: count, place).buffer
    }

    /// `count` bytes at `address`: in place under a lease, else a copy.
    private mutating func shown(
        _ address: UInt64, _ count: UInt64, _ alignment: UInt64, _ source: Source, _ place: Place
    ) throws(PluginError) -> Buffer {
        guard count > 0 else { return Buffer(capacity: 0) }
        try spend(count, place)
        if let lease = source.owner(of: address, count),
            let view = try source.memory.view(
                at: address, count: count, alignment: alignment, keeping: lease, place)
        {
            return view
        }
        copied &+= count
        let copy = try source.memory.bytes(at: address, count: count, place)
        return copy.buffer
    }

    /// JSON is copied whatever was promised: those who read it look at it twice, and rely on seeing the same.
    private mutating func json(
        _ image: patchbay_column, _ rows: Int, _ validity: Buffer?, _ source: Source, _ name: String
    ) throws(PluginError) -> Column {
        let place = Place("the bytes of", name)
        try spend(image.data.length, place)
        let data = try source.memory.bytes(at: image.data.address, count: image.data.length, place).buffer
        let (starts, ends, isContiguous) = try ranges(
            image, rows, within: image.data.length, source, Place("the ranges of", name))
        return Column(
            type: .json, count: rows, validity: validity, values: starts, ends: isContiguous ? nil : ends, data: data)
    }

    private mutating func variable(
        _ image: patchbay_column, _ type: FieldType, _ rows: Int, _ validity: Buffer?, _ source: Source, _ name: String
    ) throws(PluginError) -> Column {
        if type == .json { return try json(image, rows, validity, source, name) }
        if let input = source.input, image.data.address >= input.address,
            image.data.address - input.address <= UInt64(input.count),
            image.data.length <= UInt64(input.count) - (image.data.address - input.address)
        {
            // A view of the input: counted from the beginning of its buffer, as positions are.
            let shift = input.start + Int(image.data.address - input.address)
            let (starts, ends, isContiguous) = try ranges(
                image, rows, within: image.data.length, movedBy: shift, source, Place("the ranges of", name))
            return Column(
                type: type, count: rows, validity: validity, values: starts, ends: isContiguous ? nil : ends,
                data: input.buffer)
        }
        let data = try shown(
            image.data.address, image.data.length, 1, source, Place("the bytes of", name))
        let (starts, ends, isContiguous) = try ranges(
            image, rows, within: image.data.length, source, Place("the ranges of", name))
        return Column(
            type: type, count: rows, validity: validity, values: starts, ends: isContiguous ? nil : ends, data: data)
    }

    private mutating func ranges(
        _ image: patchbay_column, _ rows: Int, within limit: UInt64, movedBy shift: Int = 0, _ source: Source,
        _ place: Place
    ) throws(PluginError) -> (starts: Buffer, ends: Buffer, isContiguous: Bool) {
        try spend(UInt64(rows) * 8, place)
        copied &+= UInt64(rows) * 8
        let starts = pool.take(capacity: (rows + 1) * 4)
        let ends = pool.take(capacity: rows * 4)
        let (isContiguous, total) = try source.memory.copyRanges(
            starts: image.values, ends: image.ends == 0 ? image.values &+ 4 : image.ends, rows: rows, within: limit,
            movedBy: shift, into: (starts, ends), place)
        // Values may overlap: a few bytes must not become terabytes when they are written out.
        guard total <= max(outputLimit, limit) else {
            throw place.wrong("they add up to \(total) bytes, where a call may hand over \(outputLimit)")
        }
        return (starts, ends, isContiguous)
    }

    private mutating func map(
        _ image: patchbay_column, _ json: Bool, _ rows: Int, _ validity: Buffer?, _ source: Source, _ name: String
    ) throws(PluginError) -> Column {
        let place = Place("the entries of", name)
        let entries = try source.memory.array(of: patchbay_column.self, at: image.words, count: 2, place)
        let types: [FieldType] = [.utf8, json ? .json : .utf8]
        var made: [Column] = []
        for (entry, type) in zip(entries, types) {
            guard entry.type == type.abi.rawValue, entry.count == entries[0].count, entry.count < 1 << 27 else {
                throw place.wrong("\(entry.count) entries of type \(entry.type)")
            }
            let present = try self.validity(entry, Int(entry.count), source, name)
            made.append(try variable(entry, type, Int(entry.count), present, source, name))
        }
        guard made[0].count == 0 || !made[0].mayHaveNulls else { throw place.wrong("a key is missing") }
        let (starts, ends, isContiguous) = try ranges(image, rows, within: entries[0].count, source, place)
        return Column(
            type: .map(json: json), count: rows, validity: validity, values: starts,
            ends: isContiguous ? nil : ends, entries: MapEntries(keys: made[0], values: made[1]))
    }

    private mutating func wordList(
        _ image: patchbay_column, _ field: Field, _ index: Int, _ source: Source
    ) throws(PluginError) -> WordList {
        if !field.order.isEmpty {
            if let known = words[index] { return known.list }
            let list = WordList(field.order)
            words[index] = (1, source.generation, list)
            return list
        }
        if let known = words[index], image.version != 0, known.version == image.version,
            known.generation == source.generation
        {
            return known.list
        }
        let list = try readWords(of: image, field.name, source)
        words[index] = (image.version, source.generation, list)
        return list
    }

    /// The words, copied and put one behind the other.
    private mutating func readWords(
        of image: patchbay_column, _ name: String, _ source: Source
    ) throws(PluginError) -> WordList {
        let place = Place("the word list of", name)
        let table = try source.memory.load(patchbay_column.self, at: image.words, place)
        guard table.count < 1 << 24, table.type == PATCHBAY_UTF8.rawValue else {
            throw place.wrong("it has \(table.count) words of type \(table.type)")
        }
        let count = Int(table.count)
        try spend(table.data.length, place)
        let (starts, ends, isContiguous) = try ranges(table, count, within: table.data.length, source, place)
        copied &+= table.data.length
        let data = try source.memory.bytes(at: table.data.address, count: table.data.length, place)
        // The list outlives the pool's turn.
        let offsets = Buffer(capacity: (count + 1) * 4)
        if isContiguous {
            offsets.copy(from: starts, at: 0, count: (count + 1) * 4, to: 0)
            return WordList(count: count, starts: offsets, data: data.buffer)
        }
        var text = ByteBuffer(capacity: data.count)
        for word in 0..<count {
            offsets.store(Int32(truncatingIfNeeded: text.count), at: word)
            text.append(
                data.span.extracting(Int(starts.load(word, as: Int32.self))..<Int(ends.load(word, as: Int32.self))))
            guard text.count <= Int32.max else { throw place.wrong("its words have more than 2 GiB") }
        }
        offsets.store(Int32(truncatingIfNeeded: text.count), at: count)
        return WordList(count: count, starts: offsets, data: text.finish().buffer)
    }

    private mutating func inherited(
        _ image: patchbay_column, _ field: Field, _ rows: Int, _ source: Source
    ) throws(PluginError) -> Column {
        let place = Place("the column", field.name)
        guard Int(image.inherited) < source.inherited.count else {
            throw place.wrong("it inherits column \(image.inherited) of \(source.inherited.count)")
        }
        let column = source.inherited[Int(image.inherited)]
        guard column.type == field.type || (column.type.isVariable && field.type.isVariable) else {
            throw place.wrong("it inherits a column of type \(column.type.name), where \(field.type.name) was agreed")
        }
        guard field.order.isEmpty || column.words.map({ $0.holds(field.order) }) ?? true else {
            throw place.wrong("it inherits words that are not those of its vocabulary")
        }
        guard let taken = source.rows else {
            guard column.count == rows else { throw place.wrong("it inherits \(column.count) rows for \(rows)") }
            return column.retyped(field.type)
        }
        guard taken.count == rows else { throw place.wrong("it inherits \(taken.count) rows for \(rows)") }
        try spend(UInt64(rows) * 8, place)
        return gatherer.gather(column, at: taken).retyped(field.type)
    }
}

extension WordList {
    /// Whether these are the words, in this order.
    fileprivate func holds(_ words: [String]) -> Bool {
        guard count == words.count else { return false }
        for (index, text) in words.enumerated() {
            let word = word(index)
            guard word.count == text.utf8.count else { return false }
            for (place, byte) in text.utf8.enumerated() where word[place] != byte { return false }
        }
        return true
    }
}

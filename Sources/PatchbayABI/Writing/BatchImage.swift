internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Writes batches into a plugin's memory: each once, in one block that is used again, and of it only what is read.
///
/// In steady state nothing is allocated, and columns are not even retained: both would cost more than a small batch.
struct BatchImage {
    /// A column that the plugin reads: its number in the batch, and where it is found.
    private struct Wanted {
        let number: Int
        let place: ColumnReference
        let isMap: Bool
    }

    private var block: GuestBlock?
    private var view: Buffer?
    private var words: [WrittenWords?] = []
    private var wanted: [Wanted] = []
    private var columnCount = 0
    /// Of the wanted columns, those of the entries of a map behind it.
    private var plans: [ColumnPlan] = []
    /// Of which instance the memory is.
    private var generation = -1
    private var versions: UInt64 = 0

    /// The words of a column as they lie in the plugin's memory: they rarely change.
    private struct WrittenWords {
        let list: WordList
        let block: GuestBlock
        let version: UInt64
    }

    /// All memory that batches were written to and that will be written to again.
    var blocks: [GuestBlock] { (block.map { [$0] } ?? []) + words.compactMap { $0?.block } }

    private static let stride = MemoryLayout<patchbay_column>.stride

    /// From now on batches of `schema` are written.
    mutating func bind(_ schema: Schema, _ columns: WantedColumns) {
        let references: [ColumnReference] =
            (schema.hasKey ? [.key] : []) + [.value] + (schema.hasTime ? [.time] : [])
            + schema.fields.indices.map { .field($0) }
        columnCount = references.count
        let isWanted = columns.columns(of: schema)
        wanted = references.enumerated().filter { isWanted[$0.offset] }.map { number, place in
            var isMap = false
            if case .map = schema.field(place).type { isMap = true }
            return Wanted(number: number, place: place, isMap: isMap)
        }
        words = Array(repeating: nil, count: columnCount)
        // Descriptions of columns that are not read stay zero: a new block begins with them.
        block = nil
        view = nil
    }

    /// Writes `batch`; what the call frame says of it. The memory is the plugin's until the next batch. The session must have
    /// been renewed before: making an instance binds this image again.
    mutating func write(_ batch: Batch, to session: GuestSession) throws(PluginError) -> patchbay_batch {
        if generation != session.generation {
            forget()
            generation = session.generation
        }
        let given = batch.fields.count + 1 + (batch.key == nil ? 0 : 1) + (batch.time == nil ? 0 : 1)
        guard given == columnCount else {
            throw PluginError(.internalError, "a batch of \(given) columns where \(columnCount) were agreed")
        }
        var size = columnCount * Self.stride
        plans.removeAll(keepingCapacity: true)
        for column in wanted {
            switch column.place {
            case .value: plan(batch.value, &size)
            case .key: if let key = batch.key { plan(key, &size) }
            case .time: if let time = batch.time { plan(time, &size) }
            case .field(let index): plan(batch.fields[index], &size)
            }
        }
        // Ranges count in 31 bits.
        guard size < Int32.max else {
            throw PluginError(
                .output, "a batch of \(size) bytes is more than a plugin can be given",
                advice: "lower 'batch_records' or 'max_record_size'")
        }
        let (base, view) = try room(size, session)
        var next = 0
        for column in wanted {
            switch column.place {
            case .value: try write(batch.value, column.number, &next, base, view, session)
            case .key: if let key = batch.key { try write(key, column.number, &next, base, view, session) }
            case .time: if let time = batch.time { try write(time, column.number, &next, base, view, session) }
            case .field(let index):
                try write(batch.fields[index], column.number, &next, base, view, session)
            }
        }
        session.count(written: size)
        return patchbay_batch(
            rows: UInt64(batch.count), columns: patchbay_list(address: base, count: UInt64(columnCount)))
    }

    private mutating func forget() {
        block = nil
        view = nil
        words = Array(repeating: nil, count: columnCount)
    }

    private mutating func plan(_ column: Column, _ size: inout Int) {
        let plan = ColumnPlan(column, at: &size)
        plans.append(plan)
        if let keys = column.mapKeys, let values = column.mapValues {
            plans.append(ColumnPlan(keys.slice(plan.entries), at: &size))
            plans.append(ColumnPlan(values.slice(plan.entries), at: &size))
        }
    }

    private mutating func write(
        _ column: Column, _ number: Int, _ next: inout Int, _ base: UInt64, _ view: Buffer, _ session: GuestSession
    ) throws(PluginError) {
        let plan = plans[next]
        next += 1
        var image = plan.write(column, to: view, base: base)
        if column.words != nil { (image.words, image.version) = try writtenWords(of: column, number, session) }
        if let keys = column.mapKeys, let values = column.mapValues {
            view.fill(0, at: plan.entryTable, count: 2 * Self.stride)
            let (names, entries) = (keys.slice(plan.entries), values.slice(plan.entries))
            view.storeUnaligned(plans[next].write(names, to: view, base: base), at: plan.entryTable)
            view.storeUnaligned(
                plans[next + 1].write(entries, to: view, base: base), at: plan.entryTable + Self.stride)
            next += 2
        }
        view.storeUnaligned(image, at: number * Self.stride)
    }

    /// A block of at least `size` bytes whose descriptions are zero where nothing was written.
    private mutating func room(
        _ size: Int, _ session: GuestSession
    ) throws(PluginError) -> (address: UInt64, view: Buffer) {
        if let block, let view, block.capacity >= size { return (block.address, view) }
        forgetBlock()
        let fresh = try session.allocate(max(size + size / 4, 4096))
        let place = Place("memory of the host")
        guard
            let shown = try session.memory().view(
                at: fresh.address, count: UInt64(fresh.capacity), alignment: 8, keeping: fresh, place)
        else { throw place.wrong("the plugin gave memory that is not aligned") }
        shown.fill(0, at: 0, count: columnCount * Self.stride)
        block = fresh
        view = shown
        return (fresh.address, shown)
    }

    private mutating func forgetBlock() {
        block = nil
        view = nil
    }

    private mutating func writtenWords(
        of column: Column, _ index: Int, _ session: GuestSession
    ) throws(PluginError) -> (address: UInt64, version: UInt64) {
        guard let list = column.words else { return (0, 0) }
        if let written = words[index], written.list.isIdentical(to: list), written.list.count == list.count {
            return (written.block.address, written.version)
        }
        let (offsets, data) = list.arrowBuffers
        let starts = (list.count + 1) * 4
        let length = list.count > 0 ? Int(offsets.load(list.count, as: Int32.self)) : 0
        let header = Self.stride
        let block = try session.allocate(header + (starts + 7) & ~7 + length)
        let memory = try session.memory()
        let place = Place("memory of the host")
        let base = block.address + UInt64(header)
        let text = base + UInt64((starts + 7) & ~7)
        var image = patchbay_column()
        image.type = PATCHBAY_UTF8.rawValue
        image.count = UInt64(list.count)
        image.values = base
        image.ends = base + 4
        image.data = patchbay_bytes(address: text, length: UInt64(length))
        try memory.store(image, at: block.address, place)
        try memory.copy(offsets, at: 0, count: starts, to: base, place)
        try memory.copy(data, at: 0, count: length, to: text, place)
        session.count(written: header + starts + length)
        versions += 1
        words[index] = WrittenWords(list: list, block: block, version: versions)
        return (block.address, versions)
    }
}

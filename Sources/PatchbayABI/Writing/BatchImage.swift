internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Writes batches into a plugin's memory: each once, in one block that is used again, and of it only what is read.
///
/// In steady state nothing is allocated, and columns are not even retained: both would cost more than a small batch.
final class BatchImage {
    /// A column that the plugin reads: its number in the batch, and where it is found.
    private struct Wanted {
        let number: Int
        let place: ColumnReference
    }

    /// Where batches go, and what keeps it.
    private var place: ImageBlock?
    private var owner: GuestBlock?
    private var words: [WrittenWords?] = []
    private var wanted: [Wanted] = []
    private var columnCount = 0
    /// Three for each wanted column: its own, and those of the entries of a map. Made anew for each batch.
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
    var blocks: [GuestBlock] { (owner.map { [$0] } ?? []) + words.compactMap { $0?.block } }

    private static let stride = MemoryLayout<patchbay_column>.stride

    /// From now on batches of `schema` are written.
    func bind(_ schema: Schema, _ columns: WantedColumns) {
        let references: [ColumnReference] =
            (schema.hasKey ? [.key] : []) + [.value] + (schema.hasTime ? [.time] : [])
            + schema.fields.indices.map { .field($0) }
        columnCount = references.count
        let isWanted = columns.columns(of: schema)
        wanted = references.enumerated().filter { isWanted[$0.offset] }.map { Wanted(number: $0, place: $1) }
        plans = Array(repeating: ColumnPlan(), count: 3 * wanted.count)
        words = Array(repeating: nil, count: columnCount)
        // Descriptions of columns that are not read stay zero: a new block begins with them.
        place = nil
        owner = nil
    }

    /// Writes `batch`; what the call frame says of it. The memory is the plugin's until the next batch. The session must have
    /// been renewed before: making an instance binds this image again.
    func write(_ batch: borrowing Batch, to session: GuestSession) throws(PluginError) -> patchbay_batch {
        if generation != session.generation {
            forget()
            generation = session.generation
        }
        let given = batch.fields.count + 1 + (batch.key == nil ? 0 : 1) + (batch.time == nil ? 0 : 1)
        guard given == columnCount else {
            throw PluginError(.internalError, "a batch of \(given) columns where \(columnCount) were agreed")
        }
        if wanted.count == 1 {
            let place = try writeOnly(batch, session)
            return described(place, rows: batch.count)
        }
        var size = columnCount * Self.stride
        for index in 0..<wanted.count {
            switch wanted[index].place {
            case .value: plan(batch.value, index, &size)
            case .key: if let key = batch.key { plan(key, index, &size) }
            case .time: if let time = batch.time { plan(time, index, &size) }
            case .field(let field): plan(batch.fields.span[field], index, &size)
            }
        }
        let place = try room(size, session)
        for index in 0..<wanted.count {
            let plan = plans[3 * index]
            switch wanted[index].place {
            case .value: try write(batch.value, index, plan, place, session)
            case .key: if let key = batch.key { try write(key, index, plan, place, session) }
            case .time: if let time = batch.time { try write(time, index, plan, place, session) }
            case .field(let field): try write(batch.fields.span[field], index, plan, place, session)
            }
        }
        return described(place, rows: batch.count)
    }

    @inline(__always)
    private func described(_ place: ImageBlock, rows: Int) -> patchbay_batch {
        patchbay_batch(
            rows: UInt64(rows), columns: patchbay_list(address: place.address, count: UInt64(columnCount)))
    }

    /// The same for one column, as most filters have it: with no list of plans in between.
    @inline(__always)
    private func writeOnly(_ batch: borrowing Batch, _ session: GuestSession) throws(PluginError) -> ImageBlock {
        switch wanted[0].place {
        case .value: return try writeOnly(batch.value, session)
        case .key: if let key = batch.key { return try writeOnly(key, session) }
        case .time: if let time = batch.time { return try writeOnly(time, session) }
        case .field(let field): return try writeOnly(batch.fields.span[field], session)
        }
        return try room(columnCount * Self.stride, session)
    }

    @inline(never)
    private func writeOnly(_ column: borrowing Column, _ session: GuestSession) throws(PluginError) -> ImageBlock {
        if column.count == 1, column.type.isVariable, !column.mayHaveNulls {
            let bytes = column.bytes(0)
            // Eight bytes hold where the value begins and ends.
            let end = columnCount * Self.stride + 8
            let place = try room(end + bytes.count, session)
            place.store(UInt64(bytes.count) << 32, at: end - 8)
            place.copy(bytes, to: end)
            let base = place.address + UInt64(end)
            var image = patchbay_column()
            image.type = column.type.abi.rawValue
            image.count = 1
            image.values = base - 8
            image.ends = base - 4
            image.data = patchbay_bytes(address: base, length: UInt64(bytes.count))
            place.store(image, at: wanted[0].number * Self.stride)
            return place
        }
        var size = columnCount * Self.stride
        let plan = ColumnPlan(column, at: &size)
        if case .map = column.type { planEntries(column, 0, plan, &size) }
        let place = try room(size, session)
        try write(column, 0, plan, place, session)
        return place
    }

    private func forget() {
        place = nil
        owner = nil
        words = Array(repeating: nil, count: columnCount)
    }

    private func plan(_ column: borrowing Column, _ index: Int, _ size: inout Int) {
        let plan = ColumnPlan(column, at: &size)
        plans[3 * index] = plan
        if case .map = column.type { planEntries(column, index, plan, &size) }
    }

    private func planEntries(_ column: borrowing Column, _ index: Int, _ plan: ColumnPlan, _ size: inout Int) {
        guard let keys = column.mapKeys, let values = column.mapValues else { return }
        plans[3 * index + 1] = ColumnPlan(keys.slice(plan.entries), at: &size)
        plans[3 * index + 2] = ColumnPlan(values.slice(plan.entries), at: &size)
    }

    @inline(__always)
    private func write(
        _ column: borrowing Column, _ index: Int, _ plan: ColumnPlan, _ place: ImageBlock, _ session: GuestSession
    ) throws(PluginError) {
        let number = wanted[index].number
        var image = plan.write(column, to: place)
        switch column.type {
        case .word: (image.words, image.version) = try writtenWords(of: column, number, session)
        case .map: writeEntries(column, index, plan, place)
        default: break
        }
        place.store(image, at: number * Self.stride)
    }

    private func writeEntries(_ column: borrowing Column, _ index: Int, _ plan: ColumnPlan, _ place: ImageBlock) {
        place.clear(at: plan.entryTable, count: 2 * Self.stride)
        guard let keys = column.mapKeys, let values = column.mapValues else { return }
        let names = plans[3 * index + 1].write(keys.slice(plan.entries), to: place)
        place.store(names, at: plan.entryTable)
        let entries = plans[3 * index + 2].write(values.slice(plan.entries), to: place)
        place.store(entries, at: plan.entryTable + Self.stride)
    }

    /// A block of at least `size` bytes whose descriptions are zero where nothing was written.
    @inline(__always)
    private func room(_ size: Int, _ session: GuestSession) throws(PluginError) -> ImageBlock {
        session.count(written: size)
        if let place, place.capacity >= size, size < Int32.max { return place }
        return try makeRoom(size, session)
    }

    @inline(never)
    private func makeRoom(_ size: Int, _ session: GuestSession) throws(PluginError) -> ImageBlock {
        // Ranges count in 31 bits.
        guard size < Int32.max else {
            throw PluginError(
                .output, "a batch of \(size) bytes is more than a plugin can be given",
                advice: "lower 'batch_records' or 'max_record_size'")
        }
        place = nil
        owner = nil
        let fresh = try session.allocate(max(size + size / 4, 4096))
        let what = Place("memory of the host")
        guard
            let shown = try session.memory().view(
                at: fresh.address, count: UInt64(fresh.capacity), alignment: 8, keeping: fresh, what)
        else { throw what.wrong("the plugin gave memory that is not aligned") }
        let made = ImageBlock(shown, address: fresh.address)
        made.clear(at: 0, count: columnCount * Self.stride)
        place = made
        owner = fresh
        return made
    }

    private func writtenWords(
        of column: borrowing Column, _ index: Int, _ session: GuestSession
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

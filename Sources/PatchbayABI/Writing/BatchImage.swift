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

    /// Where batches go.
    private final class Target {
        let block: GuestBlock
        let view: Buffer

        init(_ block: GuestBlock, _ view: Buffer) {
            self.block = block
            self.view = view
        }
    }

    private var target: Target?
    private var words: [WrittenWords?] = []
    private var wanted: [Wanted] = []
    private var columnCount = 0
    /// Three for each wanted column: its own, and those of the entries of a map. Made anew for each batch; that of the first
    /// column is not kept here, so that a call for one record of one column gets by without.
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
    var blocks: [GuestBlock] { (target.map { [$0.block] } ?? []) + words.compactMap { $0?.block } }

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
        target = nil
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
        var size = columnCount * Self.stride
        var first = ColumnPlan()
        for index in 0..<wanted.count {
            switch wanted[index].place {
            case .value: plan(batch.value, index, &first, &size)
            case .key: if let key = batch.key { plan(key, index, &first, &size) }
            case .time: if let time = batch.time { plan(time, index, &first, &size) }
            case .field(let field): plan(batch.fields.span[field], index, &first, &size)
            }
        }
        // Ranges count in 31 bits.
        guard size < Int32.max else {
            throw PluginError(
                .output, "a batch of \(size) bytes is more than a plugin can be given",
                advice: "lower 'batch_records' or 'max_record_size'")
        }
        let target = try room(size, session)
        for index in 0..<wanted.count {
            switch wanted[index].place {
            case .value: try write(batch.value, index, first, target, session)
            case .key: if let key = batch.key { try write(key, index, first, target, session) }
            case .time: if let time = batch.time { try write(time, index, first, target, session) }
            case .field(let field): try write(batch.fields.span[field], index, first, target, session)
            }
        }
        session.count(written: size)
        return patchbay_batch(
            rows: UInt64(batch.count),
            columns: patchbay_list(address: target.block.address, count: UInt64(columnCount)))
    }

    private func forget() {
        target = nil
        words = Array(repeating: nil, count: columnCount)
    }

    @inline(never)
    private func plan(_ column: borrowing Column, _ index: Int, _ first: inout ColumnPlan, _ size: inout Int) {
        let plan = ColumnPlan(column, at: &size)
        if index == 0 { first = plan } else { plans[3 * index] = plan }
        guard case .map = column.type, let keys = column.mapKeys, let values = column.mapValues else { return }
        plans[3 * index + 1] = ColumnPlan(keys.slice(plan.entries), at: &size)
        plans[3 * index + 2] = ColumnPlan(values.slice(plan.entries), at: &size)
    }

    @inline(never)
    private func write(
        _ column: borrowing Column, _ index: Int, _ first: ColumnPlan, _ target: Target, _ session: GuestSession
    ) throws(PluginError) {
        let (view, base) = (target.view, target.block.address)
        let number = wanted[index].number
        let plan = index == 0 ? first : plans[3 * index]
        var image = plan.write(column, to: view, base: base)
        switch column.type {
        case .word: (image.words, image.version) = try writtenWords(of: column, number, session)
        case .map:
            view.fill(0, at: plan.entryTable, count: 2 * Self.stride)
            if let keys = column.mapKeys, let values = column.mapValues {
                let (names, entries) = (keys.slice(plan.entries), values.slice(plan.entries))
                let first = plans[3 * index + 1].write(names, to: view, base: base)
                view.storeUnaligned(first, at: plan.entryTable)
                let second = plans[3 * index + 2].write(entries, to: view, base: base)
                view.storeUnaligned(second, at: plan.entryTable + Self.stride)
            }
        default: break
        }
        view.storeUnaligned(image, at: number * Self.stride)
    }

    /// A block of at least `size` bytes whose descriptions are zero where nothing was written.
    @inline(__always)
    private func room(_ size: Int, _ session: GuestSession) throws(PluginError) -> Target {
        if let target, target.block.capacity >= size { return target }
        return try makeRoom(size, session)
    }

    @inline(never)
    private func makeRoom(_ size: Int, _ session: GuestSession) throws(PluginError) -> Target {
        target = nil
        let fresh = try session.allocate(max(size + size / 4, 4096))
        let place = Place("memory of the host")
        guard
            let shown = try session.memory().view(
                at: fresh.address, count: UInt64(fresh.capacity), alignment: 8, keeping: fresh, place)
        else { throw place.wrong("the plugin gave memory that is not aligned") }
        shown.fill(0, at: 0, count: columnCount * Self.stride)
        let made = Target(fresh, shown)
        target = made
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

internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Writes batches into a plugin's memory: each once, in one block that is used again, and of it only what is read.
struct BatchImage {
    private var block: GuestBlock?
    private var words: [WrittenWords?] = []
    /// Of which instance the memory is.
    private var generation = -1
    private var wanted: [Bool] = []
    private var versions: UInt64 = 0

    /// The words of a column as they lie in the plugin's memory: they rarely change.
    private struct WrittenWords {
        let list: WordList
        let block: GuestBlock
        let version: UInt64
    }

    /// All memory that batches were written to and that will be written to again.
    var blocks: [GuestBlock] { (block.map { [$0] } ?? []) + words.compactMap { $0?.block } }

    /// From now on batches of `schema` are written.
    mutating func bind(_ schema: Schema, _ columns: WantedColumns) {
        wanted = columns.columns(of: schema)
        words = Array(repeating: nil, count: wanted.count)
    }

    /// Writes `batch`; what the call frame says of it. The memory is the plugin's until the next batch.
    mutating func write(_ batch: Batch, to session: GuestSession) throws(PluginError) -> patchbay_batch {
        // Makes the instance, if there is none: only then is the generation known.
        _ = try session.memory()
        if generation != session.generation {
            block = nil
            words = Array(repeating: nil, count: wanted.count)
            generation = session.generation
        }
        let columns = batch.allColumns
        guard columns.count == wanted.count else {
            throw PluginError(.internalError, "a batch of \(columns.count) columns where \(wanted.count) were agreed")
        }
        let stride = MemoryLayout<patchbay_column>.stride
        var size = columns.count * stride
        var plans: [ColumnPlan?] = []
        plans.reserveCapacity(columns.count)
        for (index, column) in columns.enumerated() {
            plans.append(wanted[index] ? ColumnPlan(column, at: &size) : nil)
        }
        // Ranges count in 31 bits.
        guard size < Int32.max else {
            throw PluginError(
                .output, "a batch of \(size) bytes is more than a plugin can be given",
                advice: "lower 'batch_records' or 'max_record_size'")
        }
        let block = try room(size, session)
        let place = Place("memory of the host")
        guard
            let view = try session.memory().view(
                at: block.address, count: UInt64(block.capacity), alignment: 8, keeping: block, place)
        else { throw place.wrong("the plugin gave memory that is not aligned") }
        for (index, plan) in plans.enumerated() {
            var image = patchbay_column()
            if let plan {
                let (address, version) = try writtenWords(of: plan.column, index, session)
                image = plan.write(to: view, base: block.address, words: address, version: version)
            }
            view.storeUnaligned(image, at: index * stride)
        }
        return patchbay_batch(
            rows: UInt64(batch.count),
            columns: patchbay_list(address: block.address, count: UInt64(columns.count)))
    }

    private mutating func room(_ size: Int, _ session: GuestSession) throws(PluginError) -> GuestBlock {
        if let block, block.capacity >= size { return block }
        block = nil
        let fresh = try session.allocate(max(size + size / 4, 4096))
        block = fresh
        return fresh
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
        let header = MemoryLayout<patchbay_column>.stride
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
        versions += 1
        words[index] = WrittenWords(list: list, block: block, version: versions)
        return (block.address, versions)
    }
}

internal import CPatchbay
internal import PatchbayCore

/// Batches that the host reads where they lie, each under a token until it is released: then their memory is used again.
struct KeptBatches {
    private struct Entry {
        var batch: Batch?
        /// The columns' descriptions.
        let table: Buffer
        /// Descriptions of word lists and map entries.
        let extra: Buffer
    }
    private var entries: [Entry] = []
    private var words: [(list: WordList, version: UInt64)?] = []
    private var columnCount = 0

    private static let stride = MemoryLayout<patchbay_column>.stride

    /// Forgets everything: batches have another schema now.
    mutating func begin(_ schema: Schema) {
        columnCount = schema.fields.count + 1 + (schema.hasKey ? 1 : 0) + (schema.hasTime ? 1 : 0)
        words = []
        for _ in 0..<columnCount { words.append(nil) }
        entries = []
    }

    /// Keeps `batch`; its description and token.
    mutating func keep(_ batch: Batch) -> (result: patchbay_batch, token: UInt64) {
        var slot = 0
        while slot < entries.count, entries[slot].batch != nil { slot += 1 }
        if slot == entries.count {
            entries.append(
                Entry(
                    batch: nil, table: Buffer(capacity: columnCount * Self.stride),
                    extra: Buffer(capacity: columnCount * 2 * Self.stride)))
        }
        entries[slot].batch = batch
        let entry = entries[slot]
        var number = 0
        if let key = batch.key { put(key, &number, entry) }
        put(batch.value, &number, entry)
        if let time = batch.time { put(time, &number, entry) }
        for index in 0..<batch.fields.count { put(batch.fields[index], &number, entry) }
        let columns = patchbay_list(address: HostMemory.address(entry.table), count: UInt64(number))
        return (patchbay_batch(rows: UInt64(batch.count), columns: columns), UInt64(slot + 1))
    }

    mutating func release(_ token: UInt64) {
        guard token >= 1, token <= UInt64(entries.count) else { return }
        entries[Int(token) - 1].batch = nil
    }

    private mutating func put(_ column: Column, _ number: inout Int, _ entry: Entry) {
        var image = Self.image(column)
        if let list = column.words {
            var version: UInt64 = 1
            if let known = words[number] {
                version = known.list.isIdentical(to: list) ? known.version : known.version + 1
            }
            words[number] = (list, version)
            HostMemory.store(Self.image(list), in: entry.extra, at: number * 2 * Self.stride)
            image.words = HostMemory.address(entry.extra) + UInt64(number * 2 * Self.stride)
            image.version = version
        }
        if let keys = column.mapKeys, let values = column.mapValues {
            HostMemory.store(Self.image(keys), in: entry.extra, at: number * 2 * Self.stride)
            HostMemory.store(Self.image(values), in: entry.extra, at: (number * 2 + 1) * Self.stride)
            image.words = HostMemory.address(entry.extra) + UInt64(number * 2 * Self.stride)
        }
        HostMemory.store(image, in: entry.table, at: number * Self.stride)
        number += 1
    }

    private static func image(_ column: Column) -> patchbay_column {
        let memory = column.memory
        var image = patchbay_column()
        image.type = Images.type(column.type)
        image.count = UInt64(column.count)
        if let validity = memory.validity { image.validity = HostMemory.address(validity) }
        image.values = HostMemory.address(memory.values)
        if let ends = memory.ends {
            image.ends = HostMemory.address(ends)
        } else {
            image.ends = image.values + 4
        }
        if let data = memory.data {
            image.data = patchbay_bytes(address: HostMemory.address(data), length: UInt64(data.capacity))
        }
        return image
    }

    private static func image(_ list: WordList) -> patchbay_column {
        let (offsets, data) = list.arrowBuffers
        var image = patchbay_column()
        image.type = PATCHBAY_UTF8.rawValue
        image.count = UInt64(list.count)
        image.values = HostMemory.address(offsets)
        image.ends = image.values + 4
        image.data = patchbay_bytes(address: HostMemory.address(data), length: UInt64(data.capacity))
        return image
    }
}

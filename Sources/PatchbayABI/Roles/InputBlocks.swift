internal import PatchbayCore
internal import PatchbayPlugin

/// The memory that a parser's chunks lie in: the plugin's own, so that a source reads straight into it.
///
/// As in a ``PatchbayCore/BufferPool``, a block is free when nobody else holds its buffer.
struct InputBlocks {
    private struct Entry {
        var buffer: Buffer
        let address: UInt64
        let generation: Int
    }
    private var entries: [Entry] = []
    private static let limit = 32

    /// Memory for `capacity` bytes, which nobody else holds.
    mutating func take(capacity: Int, _ session: GuestSession) throws(PluginError) -> Buffer {
        _ = try session.memory()
        entries.removeAll { $0.generation != session.generation }
        for index in entries.indices
        where entries[index].buffer.capacity >= capacity && entries[index].buffer.capacity / 8 <= max(capacity, 4096) {
            if isKnownUniquelyReferenced(&entries[index].buffer) { return entries[index].buffer }
        }
        if let free = entries.indices.first(where: { isKnownUniquelyReferenced(&entries[$0].buffer) }),
            entries.count >= Self.limit
        {
            entries.remove(at: free)
        }
        let block = try session.allocate(capacity)
        let place = Place("memory of the host")
        guard
            let buffer = try session.memory().view(
                at: block.address, count: UInt64(capacity), alignment: 16, keeping: block, place)
        else { throw place.wrong("the plugin gave memory that is not aligned") }
        entries.append(Entry(buffer: buffer, address: block.address, generation: session.generation))
        return buffer
    }

    /// Puts `input` where the plugin can read it; the address of its first byte. Nothing is copied when it lies in a block of the same instance.
    mutating func place(_ input: ParseInput, _ session: GuestSession) throws(PluginError) -> UInt64 {
        for entry in entries where entry.buffer === input.buffer && entry.generation == session.generation {
            return entry.address + UInt64(input.start)
        }
        let count = input.end - input.start
        let buffer = try take(capacity: max(count, 1), session)
        guard let entry = entries.last(where: { $0.buffer === buffer }) else {
            throw PluginError(.internalError, "a block is not known")
        }
        session.count(written: count)
        buffer.copy(from: input.buffer, at: input.start, count: count, to: 0)
        return entry.address
    }
}

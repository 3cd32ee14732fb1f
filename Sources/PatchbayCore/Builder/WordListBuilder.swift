/// Gives words consecutive numbers, in the order of their first appearance.
///
/// Open addressing over a table seeded per instance, so that crafted words cannot make it slow.
public struct WordListBuilder: ~Copyable {
    private var table: [Int32] = Array(repeating: -1, count: 64)
    private var hashes: [UInt64] = []
    private var starts: [Int32] = [0]
    private var data = ByteBuffer(capacity: 256)
    private var seed: UInt64
    private var snapshot: WordList?
    /// What 32-bit offsets reach.
    var byteLimit = Int(Int32.max)

    /// An empty list.
    public init() {
        seed = data.buffer.addressSeed
    }

    /// Number of words.
    public var count: Int { hashes.count }

    /// Bytes of all words.
    public var byteCount: Int { data.count }

    /// The number of `word`, which is added when it is new; -1 when the words would pass 2 GiB.
    public mutating func index(of word: Span<UInt8>) -> Int32 {
        let hash = hash(word)
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = table[slot]
            if entry < 0 { return insert(word, hash: hash, slot: slot) }
            if hashes[Int(entry)] == hash, self[Int(entry)].elementsEqual(word) { return entry }
            slot = (slot &+ 1) & mask
        }
    }

    /// The number of `word` if it was added before.
    public func find(_ word: Span<UInt8>) -> Int32? {
        let hash = hash(word)
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = table[slot]
            if entry < 0 { return nil }
            if hashes[Int(entry)] == hash, self[Int(entry)].elementsEqual(word) { return entry }
            slot = (slot &+ 1) & mask
        }
    }

    /// The words so far, immutable. The same list as last time when no word was added since.
    public mutating func list() -> WordList {
        if let snapshot, snapshot.count == count { return snapshot }
        let offsets = Buffer(capacity: (count + 1) * 4)
        for (index, start) in starts.enumerated() { offsets.store(start, at: index) }
        let text = Buffer(capacity: data.count)
        text.write(data.span, at: 0)
        let fresh = WordList(count: count, starts: offsets, data: text)
        snapshot = fresh
        return fresh
    }

    /// Forgets all words.
    public mutating func removeAll() {
        table = Array(repeating: -1, count: 64)
        hashes.removeAll(keepingCapacity: true)
        starts = [0]
        data.removeAll()
        snapshot = nil
    }

    private subscript(index: Int) -> Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = data.buffer.bytes(at: Int(starts[index]), count: Int(starts[index + 1] - starts[index]))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    private mutating func insert(_ word: Span<UInt8>, hash: UInt64, slot: Int) -> Int32 {
        guard word.count <= byteLimit - data.count else { return -1 }
        let index = Int32(truncatingIfNeeded: hashes.count)
        table[slot] = index
        hashes.append(hash)
        data.append(word)
        starts.append(Int32(truncatingIfNeeded: data.count))
        if hashes.count * 2 > table.count { enlarge() }
        return index
    }

    private mutating func enlarge() {
        let size = table.count * 4
        table = Array(repeating: -1, count: size)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while table[slot] >= 0 { slot = (slot &+ 1) & (size - 1) }
            table[slot] = Int32(index)
        }
    }

    private func hash(_ word: Span<UInt8>) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: word.count)
        for index in 0..<word.count {
            state = (state ^ UInt64(word[index])) &* 0x9FB2_1C65_1E98_DF25
            state ^= state >> 32
        }
        return state ^ (state >> 29)
    }
}

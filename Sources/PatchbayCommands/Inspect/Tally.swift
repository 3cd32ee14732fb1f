import Patchbay

/// What records have in common: counts of their words, the span of their times, their sizes.
struct Tally: Sendable {
    /// How often each word of a field occurs.
    struct Words: Sendable {
        /// Different words that are counted; more make one number, so that memory stays flat.
        private static let limit = 100_000

        let name: String
        /// The field's own order of its words, when it has one.
        let order: [String]
        private(set) var counts: [String: UInt64] = [:]
        /// Records without a word.
        private(set) var missing: UInt64 = 0
        /// Records with words beyond the limit.
        private(set) var others: UInt64 = 0
        private var scratch: [UInt64] = []

        init(_ field: Field) {
            name = field.name
            order = field.order
        }

        mutating func add(_ column: Column) {
            guard let words = column.words else { return }
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: repeatElement(0, count: words.count))
            let indices = column.indices
            if column.mayHaveNulls {
                for row in 0..<column.count {
                    if column.isValid(row) { scratch[Int(indices[row])] += 1 } else { missing += 1 }
                }
            } else {
                for row in 0..<column.count { scratch[Int(indices[row])] += 1 }
            }
            for index in scratch.indices where scratch[index] > 0 {
                add(String(decoding: words.word(index)), scratch[index])
            }
        }

        private mutating func add(_ word: String, _ count: UInt64) {
            if counts[word] == nil, counts.count >= Self.limit {
                others += count
            } else {
                counts[word, default: 0] += count
            }
        }

        /// The words by the field's own order, else the most frequent first.
        var ranked: [(word: String, count: UInt64)] {
            let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            return counts.map { (word: $0.key, count: $0.value) }.sorted { left, right in
                if !order.isEmpty {
                    return (rank[left.word] ?? .max, left.word) < (rank[right.word] ?? .max, right.word)
                }
                return left.count != right.count ? left.count > right.count : left.word < right.word
            }
        }
    }

    private(set) var records: UInt64 = 0
    private(set) var firstTime: Int64?
    private(set) var lastTime: Int64?
    /// Records without a time, when others may have one.
    private(set) var timeless: UInt64 = 0
    private(set) var smallest = Int.max
    private(set) var largest = 0
    private(set) var valueBytes: UInt64 = 0
    private(set) var words: [Words]
    private(set) var members = MemberTally()

    /// A tally of the fields of `schema` that hold words.
    init(_ schema: Schema) {
        words = schema.fields.filter { $0.type == .word }.map { Words($0) }
    }

    /// Takes a batch in.
    mutating func add(_ batch: Batch) {
        records += UInt64(batch.count)
        if let time = batch.time { add(times: time) }
        for row in 0..<batch.count {
            let size = batch.value.end(row) - batch.value.start(row)
            smallest = min(smallest, size)
            largest = max(largest, size)
            valueBytes += UInt64(size)
        }
        var place = 0
        for (index, field) in batch.schema.fields.enumerated() {
            switch field.type {
            case .word:
                if place < words.count { words[place].add(batch.fields[index]) }
                place += 1
            case .map: members.add(batch.fields[index])
            default: break
            }
        }
    }

    private mutating func add(times column: Column) {
        let times = column.int64s
        for row in 0..<column.count {
            guard column.isValid(row) else {
                timeless += 1
                continue
            }
            let time = times[row]
            firstTime = min(firstTime ?? time, time)
            lastTime = max(lastTime ?? time, time)
        }
    }
}

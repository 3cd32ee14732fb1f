import PatchbayCore
import PatchbayPlugin

/// Numbers the groups of records with equal keys, in the order of their first appearance.
///
/// Words are looked up by the numbers they have in their word list: a table for all combinations is kept per
/// combination of lists. Other keys are written down as bytes and hashed.
final class GroupTable {
    /// More combinations of words than this are hashed.
    private static let combinationLimit = 65_536
    /// Bytes that all keys together may take.
    private static let byteLimit = 256 << 20

    private let keys: [ColumnSource]
    private let groupLimit: Int
    private var numbers = WordListBuilder()
    private var encoded = ByteBuffer()
    private var tables: [(words: [WordList], groups: [Int32])] = []
    private var oldest = 0
    /// The keys of each group.
    private(set) var values: [[Value]] = []

    init(_ keys: [ColumnSource], limit: Int) {
        self.keys = keys
        groupLimit = limit
    }

    var count: Int { values.count }

    /// Makes the one group of records without keys, so that there is a result for no records too.
    func addOnlyGroup() { if keys.isEmpty, values.isEmpty { values = [[]] } }

    /// Writes the group of every row to `groups`; -1 where there is no room for another group.
    func assign(_ batch: Batch, to groups: inout [Int32]) {
        groups.removeAll(keepingCapacity: true)
        if keys.isEmpty {
            addOnlyGroup()
            groups.append(contentsOf: repeatElement(0, count: batch.count))
            return
        }
        let columns = keys.map { KeyColumn($0.column(batch)) }
        guard let table = table(for: columns) else {
            for row in 0..<batch.count { groups.append(group(columns, row)) }
            return
        }
        groups.append(contentsOf: repeatElement(0, count: batch.count))
        for (position, key) in columns.enumerated() {
            if let column = key.column, let words = column.words {
                Self.combine(column, words, isFirst: position == 0, into: &groups)
            }
        }
        number(columns, table, &groups)
    }

    // MARK: Words

    /// The position of the table for these word lists; nil when the keys are not all words, or too many.
    private func table(for columns: [KeyColumn]) -> Int? {
        var words: [WordList] = []
        var size = 1
        for column in columns {
            guard let list = column.column?.words else { return nil }
            words.append(list)
            size *= list.count + 1
            if size > Self.combinationLimit { return nil }
        }
        for (index, table) in tables.enumerated() where zip(table.words, words).allSatisfy({ $0.isIdentical(to: $1) }) {
            return index
        }
        let fresh = (words, [Int32](repeating: -1, count: size))
        if tables.count < 8 {
            tables.append(fresh)
            return tables.count - 1
        }
        let index = oldest
        oldest = (oldest + 1) % tables.count
        tables[index] = fresh
        return index
    }

    /// Adds a column to the number of each row's combination: words as digits, with one more digit for no value.
    private static func combine(_ column: Column, _ words: WordList, isFirst: Bool, into groups: inout [Int32]) {
        let base = Int32(truncatingIfNeeded: words.count + 1)
        let none = Int32(truncatingIfNeeded: words.count)
        let indices = column.indices
        let hasNulls = column.mayHaveNulls
        var combinations = groups.mutableSpan
        for row in 0..<combinations.count {
            let index = indices[row]
            let isWord = index >= 0 && index < none && (!hasNulls || column.isValid(row))
            let digit = isWord ? index : none
            combinations[row] = isFirst ? digit : combinations[row] &* base &+ digit
        }
    }

    /// Puts the number of the group in the place of the number of the combination.
    private func number(_ columns: [KeyColumn], _ table: Int, _ groups: inout [Int32]) {
        var known = tables[table].groups
        tables[table].groups = []
        for row in 0..<groups.count {
            let combination = Int(truncatingIfNeeded: groups[row])
            var found = known[combination]
            if found < 0 {
                found = group(columns, row)
                known[combination] = found
            }
            groups[row] = found
        }
        tables[table].groups = known
    }

    // MARK: Other keys

    private func group(_ columns: [KeyColumn], _ row: Int) -> Int32 {
        Self.write(columns, row, to: &encoded)
        let isFull = values.count >= groupLimit || numbers.byteCount + encoded.count > Self.byteLimit
        if isFull {
            // Known keys must still be found, and a new one must not be added.
            return Self.known(encoded, in: numbers)
        }
        let number = numbers.index(of: encoded.span)
        if number >= 0, Int(number) == values.count { values.append(columns.map { Self.kept($0.column, row) }) }
        return number
    }

    private static func known(_ key: borrowing ByteBuffer, in numbers: borrowing WordListBuilder) -> Int32 {
        let found = numbers.find(key.span)
        return found ?? -1
    }

    private static func write(_ columns: [KeyColumn], _ row: Int, to key: inout ByteBuffer) {
        key.removeAll()
        for column in columns { column.write(row, to: &key) }
    }

    /// The value in memory of its own: it must not keep a whole chunk of the input alive.
    private static func kept(_ column: Column?, _ row: Int) -> Value {
        guard let column else { return .null }
        switch column.value(row) {
        case .utf8(let bytes): return .utf8(Bytes(copying: bytes.span))
        case .binary(let bytes): return .binary(Bytes(copying: bytes.span))
        case .json(let bytes):
            if case .missing = JSONValue.kind(bytes.span) { return .null }
            return .json(Bytes(copying: bytes.span))
        case .float64(let number): return .float64(number == 0 ? 0 : number)
        case let value: return value
        }
    }
}

/// One key of the records of a batch. A class, so that looking at it row by row does not count the references of all
/// the buffers of the column.
private final class KeyColumn {
    let column: Column?
    init(_ column: Column?) { self.column = column }

    /// Appends the value of a row so that different values give different bytes, also next to other keys.
    func write(_ row: Int, to key: inout ByteBuffer) {
        guard let column, column.isValid(row) else { return key.append(0) }
        switch column.type {
        case .int64, .timestamp: Self.append(UInt64(bitPattern: column.int64s[row]), to: &key)
        case .float64:
            // All NaNs are one group, and both zeros.
            let number = column.float64s[row]
            Self.append(number.isNaN ? Double.nan.bitPattern : number == 0 ? 0 : number.bitPattern, to: &key)
        case .bool:
            key.append(1)
            key.append(column.bool(row) ? 1 : 0)
        default:
            let bytes = column.bytes(row)
            // JSON's null is no value.
            if column.type == .json, case .missing = JSONValue.kind(bytes) { return key.append(0) }
            Self.append(UInt64(bytes.count), to: &key)
            key.append(bytes)
        }
    }

    private static func append(_ word: UInt64, to key: inout ByteBuffer) {
        key.append(1)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { key.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}

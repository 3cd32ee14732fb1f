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
        let columns = keys.map { $0.column(batch) }
        guard let table = table(for: columns) else {
            for row in 0..<batch.count { groups.append(group(columns, row)) }
            return
        }
        assign(columns, batch.count, table, to: &groups)
    }

    // MARK: Words

    /// The position of the table for these word lists; nil when the keys are not all words, or too many.
    private func table(for columns: [Column?]) -> Int? {
        var words: [WordList] = []
        var size = 1
        for column in columns {
            guard let list = column?.words else { return nil }
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

    private func assign(_ columns: [Column?], _ rows: Int, _ table: Int, to groups: inout [Int32]) {
        // Row by row the number of the combination: words as digits, with one more digit for no value.
        for (position, column) in columns.enumerated() {
            guard let column, let words = column.words else { continue }
            let base = Int32(words.count + 1)
            let none = Int32(words.count)
            let indices = column.indices
            if position == 0 {
                for row in 0..<rows {
                    let index = indices[row]
                    groups.append(index >= 0 && index < none ? index : none)
                }
            } else {
                for row in 0..<rows {
                    let index = indices[row]
                    groups[row] = groups[row] &* base &+ (index >= 0 && index < none ? index : none)
                }
            }
            guard column.mayHaveNulls else { continue }
            for row in 0..<rows where !column.isValid(row) {
                groups[row] = groups[row] &- groups[row] % base &+ none
            }
        }
        for row in 0..<rows {
            let combination = Int(groups[row])
            var found = tables[table].groups[combination]
            if found < 0 {
                found = group(columns, row)
                tables[table].groups[combination] = found
            }
            groups[row] = found
        }
    }

    // MARK: Other keys

    private func group(_ columns: [Column?], _ row: Int) -> Int32 {
        encoded.removeAll()
        for column in columns { encode(column, row) }
        let isFull = values.count >= groupLimit || numbers.byteCount + encoded.count > Self.byteLimit
        if isFull {
            // Known keys must still be found, and a new one must not be added.
            return Self.known(encoded, in: numbers)
        }
        let number = numbers.index(of: encoded.span)
        if number >= 0, Int(number) == values.count { values.append(columns.map { Self.kept($0, row) }) }
        return number
    }

    private static func known(_ key: borrowing ByteBuffer, in numbers: borrowing WordListBuilder) -> Int32 {
        let found = numbers.find(key.span)
        return found ?? -1
    }

    private func encode(_ column: Column?, _ row: Int) {
        guard let column, column.isValid(row) else { return encoded.append(0) }
        encoded.append(1)
        switch column.type {
        case .int64, .timestamp: append(UInt64(bitPattern: column.int64s[row]))
        case .float64:
            // All NaNs are one group, and both zeros.
            let number = column.float64s[row]
            append(number.isNaN ? Double.nan.bitPattern : number == 0 ? 0 : number.bitPattern)
        case .bool: encoded.append(column.bool(row) ? 1 : 0)
        default:
            let bytes = column.bytes(row)
            if column.type == .json, case .missing = JSONValue.kind(bytes) {
                // JSON's null is no value.
                encoded.truncate(to: encoded.count - 1)
                return encoded.append(0)
            }
            append(UInt64(bytes.count))
            encoded.append(bytes)
        }
    }

    private func append(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { encoded.append(UInt8(truncatingIfNeeded: word >> shift)) }
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

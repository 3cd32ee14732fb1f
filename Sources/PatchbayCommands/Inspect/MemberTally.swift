import Patchbay

/// The members of JSON objects: how many records have each, and with values of which kind.
struct MemberTally: Sendable {
    /// Kinds of JSON values, by their first byte.
    enum Kind: Int, CaseIterable, Sendable {
        case text, number, truth, null, object, array

        /// The word in reports.
        var word: String {
            switch self {
            case .text: "text"
            case .number: "number"
            case .truth: "true/false"
            case .null: "null"
            case .object: "object"
            case .array: "array"
            }
        }

        init(_ first: UInt8) {
            switch first {
            case UInt8(ascii: "\""): self = .text
            case UInt8(ascii: "{"): self = .object
            case UInt8(ascii: "["): self = .array
            case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .truth
            case UInt8(ascii: "n"): self = .null
            default: self = .number
            }
        }
    }

    /// One name.
    struct Member: Sendable {
        let name: String
        let bytes: [UInt8]
        var counts = [UInt64](repeating: 0, count: Kind.allCases.count)

        /// How many records have it.
        var total: UInt64 { counts.reduce(0, +) }
    }

    /// Different names that are counted; more make one number, so that memory stays flat.
    private static let limit = 10_000

    /// In the order in which they were first seen.
    private(set) var members: [Member] = []
    /// Members beyond the limit.
    private(set) var others: UInt64 = 0
    private var indices: [String: Int] = [:]
    /// Per place in an object the member last seen there: records of one log mostly look alike.
    private var guesses: [Int] = []

    /// Takes the map column of a batch in.
    mutating func add(_ column: Column) {
        guard let keys = column.mapKeys, let values = column.mapValues else { return }
        for row in 0..<column.count {
            let range = column.entryRange(row)
            for entry in range {
                let value = values.bytes(entry)
                guard !value.isEmpty else { continue }
                let kind = Kind(value[0])
                if let member = find(keys.bytes(entry), at: entry - range.lowerBound) {
                    members[member].counts[kind.rawValue] += 1
                } else {
                    others += 1
                }
            }
        }
    }

    private mutating func find(_ name: Span<UInt8>, at place: Int) -> Int? {
        if place < guesses.count, Self.equal(name, members[guesses[place]].bytes) { return guesses[place] }
        let text = String(decoding: name)
        let index: Int
        if let known = indices[text] {
            index = known
        } else {
            guard members.count < Self.limit else { return nil }
            index = members.count
            members.append(Member(name: text, bytes: Array(text.utf8)))
            indices[text] = index
        }
        if place == guesses.count { guesses.append(index) } else if place < guesses.count { guesses[place] = index }
        return index
    }

    private static func equal(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}

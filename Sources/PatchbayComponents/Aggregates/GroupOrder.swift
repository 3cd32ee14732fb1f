import PatchbayCore

/// Sorts groups by their keys: numbers by size, words by their order, texts by bytes, and no value last.
struct GroupOrder {
    private let ranks: [[String]]

    init(_ fields: [Field]) { ranks = fields.map(\.order) }

    func precedes(_ left: [Value], _ right: [Value]) -> Bool {
        for (index, pair) in zip(left, right).enumerated() {
            let order = order(pair.0, pair.1, ranks[index])
            if order != 0 { return order < 0 }
        }
        return false
    }

    private func order(_ left: Value, _ right: Value, _ ranks: [String]) -> Int {
        switch (left, right) {
        case (.null, .null): return 0
        case (.null, _): return 1
        case (_, .null): return -1
        case (.int64(let a), .int64(let b)), (.timestamp(let a), .timestamp(let b)): return a < b ? -1 : a > b ? 1 : 0
        case (.float64(let a), .float64(let b)):
            // NaN is behind all numbers.
            return Number.order(a, b) ?? (a.isNaN == b.isNaN ? 0 : a.isNaN ? 1 : -1)
        case (.bool(let a), .bool(let b)): return a == b ? 0 : a ? 1 : -1
        default:
            guard let a = left.bytes, let b = right.bytes else { return 0 }
            if let x = rank(a, ranks), let y = rank(b, ranks), x != y { return x < y ? -1 : 1 }
            return a.span.order(b.span)
        }
    }

    private func rank(_ word: Bytes, _ ranks: [String]) -> Int? {
        ranks.isEmpty ? nil : ranks.firstIndex { word.span.elementsEqual(Bytes($0).span) } ?? ranks.count
    }
}

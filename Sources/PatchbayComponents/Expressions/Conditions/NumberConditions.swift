import PatchbayCore

/// Tests an `int64` or `timestamp` column against ranges of numbers, ends included.
final class IntegerCondition: Condition {
    private let source: ColumnSource
    private let ranges: [ClosedRange<Int64>]
    private let isNegated: Bool

    init(_ source: ColumnSource, in ranges: [ClosedRange<Int64>], isNegated: Bool = false) {
        self.source = source
        self.isNegated = isNegated
        self.ranges = Self.merged(ranges)
    }

    /// Sorted and disjoint, so that a binary search finds the one that a number can be in.
    private static func merged(_ ranges: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
        var merged: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        let values = column.int64s
        let isNegated = isNegated
        switch ranges.count {
        case 0:
            if !isNegated { rows.reset(count: rows.count, all: false) }
        case 1:
            let low = ranges[0].lowerBound
            let high = ranges[0].upperBound
            rows.narrow { (values[$0] >= low && values[$0] <= high) != isNegated }
        default:
            rows.narrowEach { contains(values[$0]) != isNegated }
        }
    }

    private func contains(_ value: Int64) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if value < ranges[middle].lowerBound {
                high = middle
            } else if value > ranges[middle].upperBound {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }

    /// The whole numbers for which `comparison` with `number` holds; `!=` counts as `==`, to be negated.
    static func ranges(_ comparison: ComparisonOperator, _ number: Number) -> [ClosedRange<Int64>] {
        switch (comparison, number) {
        case (.equal, .integer(let value)), (.notEqual, .integer(let value)): return [value...value]
        case (.equal, .floating(let value)), (.notEqual, .floating(let value)):
            return Int64(exactly: value).map { [$0...$0] } ?? []
        case (.less, .integer(let value)): return value == .min ? [] : [.min...value - 1]
        case (.lessOrEqual, .integer(let value)): return [.min...value]
        case (.greater, .integer(let value)): return value == .max ? [] : [value + 1 ... .max]
        case (.greaterOrEqual, .integer(let value)): return [value ... .max]
        case (.less, .floating(let value)): return below(value.rounded(.up), isIncluded: false)
        case (.lessOrEqual, .floating(let value)): return below(value.rounded(.down), isIncluded: true)
        case (.greater, .floating(let value)): return above(value.rounded(.down), isIncluded: false)
        case (.greaterOrEqual, .floating(let value)): return above(value.rounded(.up), isIncluded: true)
        }
    }

    private static func below(_ bound: Double, isIncluded: Bool) -> [ClosedRange<Int64>] {
        if bound >= 0x1p63 { return [.min ... .max] }
        guard let whole = Int64(exactly: bound) else { return [] }
        if isIncluded { return [.min...whole] }
        return whole == .min ? [] : [.min...whole - 1]
    }

    private static func above(_ bound: Double, isIncluded: Bool) -> [ClosedRange<Int64>] {
        if bound < -0x1p63 { return [.min ... .max] }
        guard let whole = Int64(exactly: bound) else { return [] }
        if isIncluded { return [whole ... .max] }
        return whole == .max ? [] : [whole + 1 ... .max]
    }
}

/// Compares a `float64` column with a number.
final class FloatCondition: Condition {
    private let source: ColumnSource
    private let comparison: ComparisonOperator
    private let number: Number

    init(_ source: ColumnSource, _ comparison: ComparisonOperator, _ number: Number) {
        self.source = source
        self.comparison = comparison
        self.number = number
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        guard let column = source.column(batch) else { return rows.reset(count: rows.count, all: false) }
        rows.narrow(toValid: column)
        let values = column.float64s
        let limit = number.double
        if case .integer(let whole) = number, Int64(exactly: limit) != whole {
            let comparison = comparison
            let number = number
            return rows.narrowEach { comparison.holds(Number.order(.floating(values[$0]), number)) }
        }
        switch comparison {
        case .equal: rows.narrow { values[$0] == limit }
        case .notEqual: rows.narrow { values[$0] != limit }
        case .less: rows.narrow { values[$0] < limit }
        case .lessOrEqual: rows.narrow { values[$0] <= limit }
        case .greater: rows.narrow { values[$0] > limit }
        case .greaterOrEqual: rows.narrow { values[$0] >= limit }
        }
    }
}

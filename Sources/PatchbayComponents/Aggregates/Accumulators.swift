import PatchbayCore
import PatchbayPlugin

/// The sums of one function, one per group.
protocol Accumulator: AnyObject {
    /// The result.
    var field: Field { get }
    /// Takes records in: `groups` has the group of every row, or -1 for a row that is left out. `rows` are the others.
    func add(_ batch: Batch, _ groups: [Int32], _ rows: Selection, groupCount: Int)
    /// Appends the result of a group; throws when it does not fit the type.
    func append(_ group: Int, to column: ColumnBuilder) throws(PluginError)
}

/// Counts records, or those for which a condition holds.
final class CountAccumulator: Accumulator {
    let field: Field
    private let condition: (any Condition)?
    private var counts: [Int64] = []
    private var chosen = Selection(count: 0, all: false)

    init(_ name: String, where condition: (any Condition)?) {
        field = Field(name, .int64)
        self.condition = condition
    }

    func add(_ batch: Batch, _ groups: [Int32], _ rows: Selection, groupCount: Int) {
        counts.extend(to: groupCount, with: 0)
        // Taken out meanwhile: a property of a class is checked for exclusive access at every step.
        var counts = counts
        self.counts = []
        if let condition {
            chosen.assign(rows)
            condition.narrow(batch, &chosen)
            chosen.forEach { counts[Int(groups[$0])] &+= 1 }
        } else {
            for group in groups where group >= 0 { counts[Int(group)] &+= 1 }
        }
        self.counts = counts
    }

    func append(_ group: Int, to column: ColumnBuilder) throws(PluginError) {
        column.append(int64: group < counts.count ? counts[group] : 0)
    }
}

/// Sums, extremes and means of whole numbers, exact: sums are held in 128 bits, which no run can fill.
final class WholeNumberAccumulator: Accumulator {
    let field: Field
    private let kind: AggregateFunction.Kind
    private let numbers: any NumberOperand
    private let vector = NumberVector()
    private var counts: [Int64] = []
    private var sums: [Int128] = []
    private var extremes: [Int64] = []

    init(_ field: Field, _ kind: AggregateFunction.Kind, _ numbers: any NumberOperand) {
        self.field = field
        self.kind = kind
        self.numbers = numbers
    }

    func add(_ batch: Batch, _ groups: [Int32], _ rows: Selection, groupCount: Int) {
        counts.extend(to: groupCount, with: 0)
        numbers.evaluate(batch, rows, into: vector)
        let integers = vector.integers
        var counts = counts
        self.counts = []
        if kind == .min || kind == .max {
            let isMin = kind == .min
            extremes.extend(to: groupCount, with: isMin ? .max : .min)
            var extremes = extremes
            self.extremes = []
            vector.valid.forEach { row in
                let group = Int(groups[row])
                counts[group] &+= 1
                let number = integers[row]
                if isMin ? number < extremes[group] : number > extremes[group] { extremes[group] = number }
            }
            self.extremes = extremes
        } else {
            sums.extend(to: groupCount, with: 0)
            var sums = sums
            self.sums = []
            vector.valid.forEach { row in
                let group = Int(groups[row])
                counts[group] &+= 1
                sums[group] &+= Int128(integers[row])
            }
            self.sums = sums
        }
        self.counts = counts
    }

    func append(_ group: Int, to column: ColumnBuilder) throws(PluginError) {
        guard group < counts.count, counts[group] > 0 else { return column.appendNull() }
        switch kind {
        case .min, .max: column.append(int64: extremes[group])
        case .mean: column.append(float64: Double(sums[group]) / Double(counts[group]))
        case .sum, .count:
            guard let sum = Int64(exactly: sums[group]) else {
                throw PluginError(
                    .output,
                    "the sum \(field.name.quotedForMessage) does not fit 64 bits",
                    cause: "it is \(sums[group])",
                    advice: "sum up float64 values: cast the field, or write sum(field * 1.0) as name"
                )
            }
            column.append(int64: sum)
        }
    }
}

/// Sums, extremes and means of float64 numbers. Sums carry their rounding error along (Neumaier, 1974), so that many
/// small numbers after a large one are not lost. NaN makes a sum or mean NaN, and is left out of extremes.
final class FloatAccumulator: Accumulator {
    let field: Field
    private let kind: AggregateFunction.Kind
    private let numbers: any NumberOperand
    private let vector = NumberVector()
    private var counts: [Int64] = []
    private var values: [Double] = []
    private var errors: [Double] = []

    init(_ name: String, _ kind: AggregateFunction.Kind, _ numbers: any NumberOperand) {
        field = Field(name, .float64)
        self.kind = kind
        self.numbers = numbers
    }

    func add(_ batch: Batch, _ groups: [Int32], _ rows: Selection, groupCount: Int) {
        counts.extend(to: groupCount, with: 0)
        values.extend(to: groupCount, with: 0)
        errors.extend(to: groupCount, with: 0)
        numbers.evaluate(batch, rows, into: vector)
        let doubles = vector.doubles
        vector.valid.forEach { add(doubles[$0], to: Int(groups[$0])) }
    }

    private func add(_ number: Double, to group: Int) {
        switch kind {
        case .sum, .mean, .count:
            let sum = values[group] + number
            if sum.isFinite {
                errors[group] +=
                    abs(values[group]) >= abs(number) ? (values[group] - sum) + number : (number - sum) + values[group]
            }
            values[group] = sum
        case .min:
            if number.isNaN { return }
            if counts[group] == 0 || number < values[group] { values[group] = number }
        case .max:
            if number.isNaN { return }
            if counts[group] == 0 || number > values[group] { values[group] = number }
        }
        counts[group] &+= 1
    }

    func append(_ group: Int, to column: ColumnBuilder) throws(PluginError) {
        guard group < counts.count, counts[group] > 0 else { return column.appendNull() }
        switch kind {
        case .min, .max: column.append(float64: values[group])
        case .sum, .count: column.append(float64: sum(group))
        case .mean: column.append(float64: sum(group) / Double(counts[group]))
        }
    }

    private func sum(_ group: Int) -> Double { values[group].isFinite ? values[group] + errors[group] : values[group] }
}

extension Array {
    /// Makes the array at least `count` long.
    mutating func extend(to count: Int, with element: Element) {
        if self.count < count { append(contentsOf: repeatElement(element, count: count - self.count)) }
    }
}

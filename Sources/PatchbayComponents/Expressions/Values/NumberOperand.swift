import PatchbayCore

/// One number per row, or none.
final class NumberVector {
    /// Used when the numbers are whole.
    var integers: [Int64] = []
    /// Used otherwise.
    var doubles: [Double] = []
    /// The rows that have a number.
    var valid = Selection(count: 0, all: false)

    func prepare(for rows: Selection, isInteger: Bool) {
        valid.assign(rows)
        let count = rows.count
        if isInteger, integers.count < count {
            integers.append(contentsOf: repeatElement(0, count: count - integers.count))
        } else if !isInteger, doubles.count < count {
            doubles.append(contentsOf: repeatElement(0, count: count - doubles.count))
        }
    }
}

/// What a vector holds, without the object around it.
struct NumberRows {
    private let isInteger: Bool
    private let integers: [Int64]
    private let doubles: [Double]

    init(_ operand: any NumberOperand, _ vector: NumberVector) {
        isInteger = operand.isInteger
        integers = vector.integers
        doubles = vector.doubles
    }

    func double(_ row: Int) -> Double { isInteger ? Double(integers[row]) : doubles[row] }

    func number(_ row: Int) -> Number { isInteger ? .integer(integers[row]) : .floating(doubles[row]) }
}

/// Something that gives a number for every row.
protocol NumberOperand: AnyObject {
    /// Whether the numbers are whole, so that they lie in ``NumberVector/integers``.
    var isInteger: Bool { get }
    /// Computes the numbers of `rows`.
    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector)
}

/// The same number for every row.
final class LiteralNumber: NumberOperand {
    let number: Number
    init(_ number: Number) { self.number = number }

    var isInteger: Bool { if case .integer = number { true } else { false } }

    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector) {
        result.prepare(for: rows, isInteger: isInteger)
        switch number {
        case .integer(let value): result.integers.replaceSubrange(0..., with: repeatElement(value, count: rows.count))
        case .floating(let value): result.doubles.replaceSubrange(0..., with: repeatElement(value, count: rows.count))
        }
    }
}

/// The numbers of an `int64`, `timestamp` or `float64` column.
final class ColumnNumber: NumberOperand {
    let source: ColumnSource
    init(_ source: ColumnSource) { self.source = source }

    var isInteger: Bool { source.field.type != .float64 }

    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector) {
        result.prepare(for: rows, isInteger: isInteger)
        guard let column = source.column(batch) else { return result.valid.reset(count: rows.count, all: false) }
        result.valid.narrow(toValid: column)
        if isInteger {
            let values = column.int64s
            var integers = result.integers
            result.integers = []
            for row in 0..<rows.count { integers[row] = values[row] }
            result.integers = integers
        } else {
            let values = column.float64s
            var doubles = result.doubles
            result.doubles = []
            for row in 0..<rows.count { doubles[row] = values[row] }
            result.doubles = doubles
        }
    }
}

/// The numbers that a JSON column holds; other values are none.
final class JSONNumber: NumberOperand {
    private let source: ColumnSource
    init(_ source: ColumnSource) { self.source = source }

    var isInteger: Bool { false }

    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector) {
        result.prepare(for: rows, isInteger: false)
        guard let column = source.column(batch) else { return result.valid.reset(count: rows.count, all: false) }
        result.valid.narrow(toValid: column)
        var doubles = result.doubles
        result.doubles = []
        result.valid.narrowEach { row in
            guard let number = NumberReader.number(column.bytes(row)) else { return false }
            doubles[row] = number.double
            return true
        }
        result.doubles = doubles
    }
}

/// A number with the other sign. The smallest whole number has none.
final class NegativeNumber: NumberOperand {
    private let operand: any NumberOperand
    init(_ operand: any NumberOperand) { self.operand = operand }

    var isInteger: Bool { operand.isInteger }

    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector) {
        operand.evaluate(batch, rows, into: result)
        if isInteger {
            result.valid.narrowEach { row in
                let value = result.integers[row]
                result.integers[row] = 0 &- value
                return value != .min
            }
        } else {
            for row in 0..<rows.count { result.doubles[row] = -result.doubles[row] }
        }
    }
}

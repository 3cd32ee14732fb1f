import PatchbayCore

/// Two numbers joined by an operator. `/` always gives float64; the others are whole when both sides are. Where a
/// whole result does not fit 64 bits, a divisor is zero or the result is not finite, there is no number.
final class ArithmeticNumber: NumberOperand {
    private let operation: ArithmeticOperator
    private let left: any NumberOperand
    private let right: any NumberOperand
    private let leftVector = NumberVector()
    private let rightVector = NumberVector()

    init(_ operation: ArithmeticOperator, _ left: any NumberOperand, _ right: any NumberOperand) {
        self.operation = operation
        self.left = left
        self.right = right
    }

    var isInteger: Bool { operation != .divide && left.isInteger && right.isInteger }

    func evaluate(_ batch: Batch, _ rows: Selection, into result: NumberVector) {
        result.prepare(for: rows, isInteger: isInteger)
        left.evaluate(batch, rows, into: leftVector)
        right.evaluate(batch, leftVector.valid, into: rightVector)
        result.valid.assign(rightVector.valid)
        if isInteger { calculateIntegers(into: result) } else { calculateDoubles(into: result) }
    }

    // Arrays are taken out of their objects meanwhile: properties of classes are checked for exclusive access at every
    // step.
    private func calculateIntegers(into result: NumberVector) {
        let operation = operation
        let a = leftVector.integers
        let b = rightVector.integers
        var integers = result.integers
        result.integers = []
        result.valid.narrowEach { row in
            let (value, overflow) = Self.compute(operation, a[row], b[row])
            integers[row] = value
            return !overflow
        }
        result.integers = integers
    }

    private func calculateDoubles(into result: NumberVector) {
        let operation = operation
        let a = NumberRows(left, leftVector)
        let b = NumberRows(right, rightVector)
        var doubles = result.doubles
        result.doubles = []
        result.valid.narrowEach { row in
            let value = Self.compute(operation, a.double(row), b.double(row))
            doubles[row] = value
            return value.isFinite
        }
        result.doubles = doubles
    }

    static func compute(_ operation: ArithmeticOperator, _ a: Int64, _ b: Int64) -> (Int64, Bool) {
        switch operation {
        case .add: a.addingReportingOverflow(b)
        case .subtract: a.subtractingReportingOverflow(b)
        case .multiply: a.multipliedReportingOverflow(by: b)
        case .divide: a.dividedReportingOverflow(by: b)
        case .remainder: b == -1 ? (0, false) : a.remainderReportingOverflow(dividingBy: b)
        }
    }

    static func compute(_ operation: ArithmeticOperator, _ a: Double, _ b: Double) -> Double {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .remainder: a.truncatingRemainder(dividingBy: b)
        }
    }
}

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
        let operation = operation
        if isInteger {
            result.valid.narrowEach { row in
                let (value, overflow) = Self.compute(operation, leftVector.integers[row], rightVector.integers[row])
                result.integers[row] = value
                return !overflow
            }
        } else {
            result.valid.narrowEach { row in
                let a = left.isInteger ? Double(leftVector.integers[row]) : leftVector.doubles[row]
                let b = right.isInteger ? Double(rightVector.integers[row]) : rightVector.doubles[row]
                let value = Self.compute(operation, a, b)
                result.doubles[row] = value
                return value.isFinite
            }
        }
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

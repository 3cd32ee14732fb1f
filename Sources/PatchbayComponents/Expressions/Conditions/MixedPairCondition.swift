import PatchbayCore

/// Compares two values of each row when the type of one is known only then: a JSON column with another column.
///
/// Values of different kinds are not equal and have no order.
final class MixedPairCondition: Condition {
    final class Side {
        enum Content {
            case json(ColumnSource)
            case number(any NumberOperand)
            case text(TextOperand)
            case truth(TruthOperand)
        }

        let content: Content
        let text: TextOperand?
        private let vector = NumberVector()
        private var truth = Selection(count: 0, all: false)

        init(_ content: Content) {
            self.content = content
            switch content {
            case .json(let source): text = TextOperand(.column(source))
            case .text(let operand): text = operand
            default: text = nil
            }
        }

        /// Takes out the rows without a value, and computes the others.
        func prepare(_ batch: Batch, _ rows: inout Selection) {
            switch content {
            case .json(let source): PresentCondition(source).narrow(batch, &rows)
            case .text(let operand): operand.narrow(batch, toPresent: &rows)
            case .number(let operand):
                operand.evaluate(batch, rows, into: vector)
                rows.formIntersection(vector.valid)
            case .truth(let operand):
                operand.present?.narrow(batch, &rows)
                truth.assign(rows)
                operand.truth.narrow(batch, &truth)
            }
        }

        enum Kind {
            case number(Number)
            case truth(Bool)
            case text
            case other
        }

        func kind(_ batch: Batch, _ row: Int) -> Kind {
            switch content {
            case .number(let operand):
                return .number(operand.isInteger ? .integer(vector.integers[row]) : .floating(vector.doubles[row]))
            case .truth: return .truth(truth[row])
            case .text: return .text
            case .json(let source):
                guard let column = source.column(batch) else { return .other }
                let raw = column.bytes(row)
                switch JSONValue.kind(raw) {
                case .text: return .text
                case .truth(let value): return .truth(value)
                case .number: return NumberReader.number(raw).map { .number($0) } ?? .other
                case .missing, .other: return .other
                }
            }
        }
    }

    private let comparison: ComparisonOperator
    private let left: Side
    private let right: Side

    init(_ comparison: ComparisonOperator, _ left: Side, _ right: Side) {
        self.comparison = comparison
        self.left = left
        self.right = right
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        left.prepare(batch, &rows)
        right.prepare(batch, &rows)
        rows.narrowEach { holds(batch, $0) }
    }

    private func holds(_ batch: Batch, _ row: Int) -> Bool {
        switch (left.kind(batch, row), right.kind(batch, row)) {
        case (.number(let a), .number(let b)): return comparison.holds(Number.order(a, b))
        case (.truth(let a), .truth(let b)): return comparison.isEquality && comparison.holds(a == b ? 0 : 1)
        case (.text, .text): return comparison.holds(textOrder(batch, row))
        case (.other, .other):
            // Arrays and objects are equal when they are written alike.
            return comparison.isEquality && comparison.holds(textOrder(batch, row))
        default: return comparison == .notEqual
        }
    }

    private func textOrder(_ batch: Batch, _ row: Int) -> Int? {
        guard let a = left.text, let b = right.text else { return nil }
        return a.read(batch, row) { x in b.read(batch, row) { y in x.order(y) } }
    }
}

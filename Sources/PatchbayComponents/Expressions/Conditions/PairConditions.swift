import PatchbayCore

/// Compares two numbers of each row.
final class NumberPairCondition: Condition {
    private let comparison: ComparisonOperator
    private let left: any NumberOperand
    private let right: any NumberOperand
    private let leftVector = NumberVector()
    private let rightVector = NumberVector()

    init(_ comparison: ComparisonOperator, _ left: any NumberOperand, _ right: any NumberOperand) {
        self.comparison = comparison
        self.left = left
        self.right = right
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        left.evaluate(batch, rows, into: leftVector)
        right.evaluate(batch, leftVector.valid, into: rightVector)
        rows.formIntersection(rightVector.valid)
        let comparison = comparison
        let a = NumberRows(left, leftVector)
        let b = NumberRows(right, rightVector)
        rows.narrowEach { comparison.holds(Number.order(a.number($0), b.number($0))) }
    }
}

/// Holds where a computed number exists.
final class NumberPresentCondition: Condition {
    private let operand: any NumberOperand
    private let vector = NumberVector()
    init(_ operand: any NumberOperand) { self.operand = operand }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        operand.evaluate(batch, rows, into: vector)
        rows.formIntersection(vector.valid)
    }
}

/// Compares or tests two texts of each row: columns, or a literal before a column.
final class TextPairCondition: Condition {
    enum Relation {
        case comparison(ComparisonOperator)
        case contains
        case startsWith
        case endsWith
    }

    private let relation: Relation
    private let left: TextOperand
    private let right: TextOperand

    init(_ relation: Relation, _ left: TextOperand, _ right: TextOperand) {
        self.relation = relation
        self.left = left
        self.right = right
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        left.narrow(batch, toPresent: &rows)
        right.narrow(batch, toPresent: &rows)
        let relation = relation
        rows.narrowEach { row in
            left.read(batch, row) { a in right.read(batch, row) { b in Self.holds(relation, a, b) } }
        }
    }

    private static func holds(_ relation: Relation, _ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
        switch relation {
        case .comparison(let comparison): comparison.holds(a.order(b))
        case .contains: a.contains(b)
        case .startsWith: a.starts(with: b)
        case .endsWith: a.ends(with: b)
        }
    }
}

/// Something that gives a text for every row.
final class TextOperand {
    enum Content {
        case literal([UInt8])
        /// A `utf8`, `binary`, `word` or `json` column.
        case column(ColumnSource)
    }

    let content: Content
    private var scratch = ByteBuffer()
    init(_ content: Content) { self.content = content }

    func narrow(_ batch: Batch, toPresent rows: inout Selection) {
        if case .column(let source) = content { PresentCondition(source).narrow(batch, &rows) }
    }

    /// Calls `body` with the text of a row that has one.
    func read<Result>(_ batch: Batch, _ row: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        switch content {
        case .literal(let bytes): return body(bytes.span)
        case .column(let source):
            guard let column = source.column(batch) else {
                let nothing: [UInt8] = []
                return body(nothing.span)
            }
            guard column.type == .json else { return body(column.bytes(row)) }
            return JSONValue.read(column.bytes(row), scratch: &scratch, body)
        }
    }
}

/// Whether a truth value exists, and what it is.
struct TruthOperand {
    let truth: any Condition
    /// Nil when every row has one.
    let present: (any Condition)?
}

/// Compares two truth values of each row for equality.
final class TruthPairCondition: Condition {
    private let isNegated: Bool
    private let left: TruthOperand
    private let right: TruthOperand
    private var a = Selection(count: 0, all: false)
    private var b = Selection(count: 0, all: false)

    init(_ left: TruthOperand, _ right: TruthOperand, isNegated: Bool) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
    }

    func narrow(_ batch: Batch, _ rows: inout Selection) {
        left.present?.narrow(batch, &rows)
        right.present?.narrow(batch, &rows)
        a.assign(rows)
        left.truth.narrow(batch, &a)
        b.assign(rows)
        right.truth.narrow(batch, &b)
        let isNegated = isNegated
        rows.narrow { (a[$0] == b[$0]) != isNegated }
    }
}

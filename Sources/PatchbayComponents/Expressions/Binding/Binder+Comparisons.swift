import PatchbayCore
import PatchbayPlugin

extension Binder {
    mutating func compare(
        _ comparison: ComparisonOperator,
        _ left: Syntax,
        _ right: Syntax
    ) throws(ExpressionError) -> any Condition {
        try compare(comparison, try operand(left), left, try operand(right), right)
    }

    /// Compares two operands; `left` and `right` are what they were made of, for messages.
    func compare(
        _ comparison: ComparisonOperator,
        _ a: Operand,
        _ left: Syntax,
        _ b: Operand,
        _ right: Syntax
    ) throws(ExpressionError) -> any Condition {
        for (operand, tree) in [(a, left), (b, right)] {
            if case .literal(.null) = operand { throw nullComparison(at: tree.range, comparison) }
            if case .map = operand {
                throw ExpressionError(.schema, "a map cannot be compared", at: tree.range)
            }
        }
        switch (a, b) {
        case (.literal(let x), .literal(let y)):
            return try compareLiterals(comparison, x, y, at: left.range.lowerBound..<right.range.upperBound)
        case (.literal, _):
            return try compare(comparison.exchanged, b, right, a, left)
        case (_, .literal(let literal)):
            if let condition = try compare(comparison, a, with: literal, right) { return condition }
        default:
            if let condition = try comparePair(comparison, a, b, at: right.range) { return condition }
        }
        throw mismatch(a, left, b, right)
    }

    // MARK: With a literal

    private func compare(
        _ comparison: ComparisonOperator,
        _ operand: Operand,
        with literal: Literal,
        _ tree: Syntax
    ) throws(ExpressionError) -> (any Condition)? {
        switch (operand, literal) {
        case (.number(let column as ColumnNumber), .number(let number)):
            if !column.isInteger { return FloatCondition(column.source, comparison, number) }
            return integers(column.source, comparison, number)
        case (.number(let operand), .number(let number)):
            return NumberPairCondition(comparison, operand, LiteralNumber(number))
        case (.time(let column), .text(let text)):
            return integers(column.source, comparison, .integer(try time(text, at: tree.range)))
        case (.text(let source), .text(let text)):
            return textCondition(source, try comparisonTest(comparison, source.field, text, at: tree.range))
        case (.json(let source), .text(let text)):
            if comparison.isEquality,
                let condition = JSONEqualityCondition(source, text, isNegated: comparison == .notEqual)
            {
                return condition
            }
            return JSONCondition(source, .text(.compare(comparison, text)), otherKind: comparison == .notEqual)
        case (.json(let source), .number(let number)):
            return JSONCondition(source, .number(comparison, number), otherKind: comparison == .notEqual)
        case (.json(let source), .bool(let truth)):
            try requireEquality(comparison, at: tree.range)
            return JSONCondition(source, .truth(truth), otherKind: comparison == .notEqual)
        case (.truth(let operand), .bool(let truth)):
            try requireEquality(comparison, at: tree.range)
            let isWanted = truth == (comparison == .equal)
            let condition = isWanted ? operand.truth : NotCondition(operand.truth)
            return operand.present.map { AllCondition([$0, condition]) } ?? condition
        default: return nil
        }
    }

    private func integers(_ source: ColumnSource, _ comparison: ComparisonOperator, _ number: Number) -> any Condition {
        IntegerCondition(
            source,
            in: IntegerCondition.ranges(comparison, number),
            isNegated: comparison == .notEqual
        )
    }

    func textCondition(_ source: ColumnSource, _ test: TextTest) -> any Condition {
        source.field.type == .word ? WordCondition(source, test) : TextCondition(source, test)
    }

    /// Fields with an order compare by rank: the words for which the comparison holds are listed here, once.
    private func comparisonTest(
        _ comparison: ComparisonOperator,
        _ field: Field,
        _ text: [UInt8],
        at range: Range<Int>
    ) throws(ExpressionError) -> TextTest {
        guard !field.order.isEmpty else { return .compare(comparison, text) }
        let rank = try rank(of: text, in: field, at: range)
        if comparison.isEquality { return .compare(comparison, text) }
        let words = field.order.enumerated().filter { comparison.holds($0.offset - rank) }
        return .oneOf(words.map { Array($0.element.utf8) })
    }

    @discardableResult
    func rank(of text: [UInt8], in field: Field, at range: Range<Int>) throws(ExpressionError) -> Int {
        if let rank = field.order.firstIndex(where: { $0.utf8.elementsEqual(text) }) { return rank }
        let word = String(decoding: text, as: UTF8.self)
        let suggestion = NameSuggestion.advice(for: word, in: field.order).map { $0 + " " } ?? ""
        throw ExpressionError(
            .schema,
            "\(word.quotedForMessage) is no value of \(field.name.quotedForMessage)",
            at: range,
            advice: suggestion + "its values are \(field.order.joined(separator: ", "))"
        )
    }

    func time(_ text: [UInt8], at range: Range<Int>) throws(ExpressionError) -> Int64 {
        if let time = TimeText.nanoseconds(text.span) { return time }
        throw ExpressionError(
            .schema,
            "this is no time",
            at: range,
            advice: "write it like '2026-11-21T00:11:05Z', '2026-11-21 00:11:05.25' or '2026-11-21'"
        )
    }

    private func compareLiterals(
        _ comparison: ComparisonOperator,
        _ x: Literal,
        _ y: Literal,
        at range: Range<Int>
    ) throws(ExpressionError) -> any Condition {
        switch (x, y) {
        case (.number(let a), .number(let b)): return ConstantCondition(comparison.holds(Number.order(a, b)))
        case (.text(let a), .text(let b)): return ConstantCondition(comparison.holds(a.span.order(b.span)))
        case (.bool(let a), .bool(let b)):
            try requireEquality(comparison, at: range)
            return ConstantCondition(comparison.holds(a == b ? 0 : 1))
        default:
            throw ExpressionError(.schema, "these two values cannot be compared", at: range)
        }
    }

    // MARK: Two columns

    private func comparePair(
        _ comparison: ComparisonOperator,
        _ a: Operand,
        _ b: Operand,
        at range: Range<Int>
    ) throws(ExpressionError) -> (any Condition)? {
        switch (a, b) {
        case (.number(let x), .number(let y)): return NumberPairCondition(comparison, x, y)
        case (.time(let x), .time(let y)): return NumberPairCondition(comparison, x, y)
        case (.text(let x), .text(let y)):
            if !comparison.isEquality, !x.field.order.isEmpty || !y.field.order.isEmpty {
                throw ExpressionError(
                    .schema,
                    "words with an order can only be compared with a literal",
                    at: range
                )
            }
            return TextPairCondition(.comparison(comparison), TextOperand(.column(x)), TextOperand(.column(y)))
        case (.truth(let x), .truth(let y)):
            try requireEquality(comparison, at: range)
            return TruthPairCondition(x, y, isNegated: comparison == .notEqual)
        case (.json, _), (_, .json):
            guard let x = side(a), let y = side(b) else { return nil }
            if case .truth = x.content { try requireEquality(comparison, at: range) }
            if case .truth = y.content { try requireEquality(comparison, at: range) }
            return MixedPairCondition(comparison, x, y)
        default: return nil
        }
    }

    private func side(_ operand: Operand) -> MixedPairCondition.Side? {
        switch operand {
        case .json(let source): .init(.json(source))
        case .number(let number): .init(.number(number))
        case .text(let source): .init(.text(TextOperand(.column(source))))
        case .truth(let truth): .init(.truth(truth))
        case .time, .map, .literal: nil
        }
    }

    // MARK: Errors

    private func requireEquality(_ comparison: ComparisonOperator, at range: Range<Int>) throws(ExpressionError) {
        guard !comparison.isEquality else { return }
        throw ExpressionError(.schema, "truth values have no order", at: range, advice: "compare with == or !=")
    }

    private func nullComparison(at range: Range<Int>, _ comparison: ComparisonOperator) -> ExpressionError {
        ExpressionError(
            .schema,
            "a comparison with null is never true",
            at: range,
            advice: comparison == .notEqual ? "write 'is not null'" : "write 'is null'"
        )
    }

    func mismatch(_ a: Operand, _ left: Syntax, _ b: Operand, _ right: Syntax) -> ExpressionError {
        var advice: String?
        switch (a, b) {
        case (.time, _), (_, .time): advice = "write a time as text: '2026-11-21T00:11:05Z'"
        case (.text, .literal(.number)), (.literal(.number), .text):
            advice = "put the number between quotes, or cast the field first"
        case (.number, .literal(.text)), (.literal(.text), .number): advice = "leave the quotes out"
        default: break
        }
        return ExpressionError(
            .schema,
            "\(a.typeName) cannot be compared with \(b.typeName)",
            at: min(left.range.lowerBound, right.range.lowerBound)..<max(left.range.upperBound, right.range.upperBound),
            advice: advice
        )
    }
}

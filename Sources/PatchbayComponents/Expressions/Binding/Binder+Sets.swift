import PatchbayCore
import PatchbayPlugin

// Lists, ranges and text tests.
extension Binder {
    // MARK: Lists

    mutating func membership(
        _ part: Syntax,
        _ elements: [Syntax],
        isNegated: Bool
    ) throws(ExpressionError) -> any Condition {
        let operand = try operand(part)
        var literals: [(literal: Literal, tree: Syntax)] = []
        for element in elements {
            guard case .literal(let literal) = element.kind else {
                throw ExpressionError(
                    .schema,
                    "a list holds texts, numbers and truth values only",
                    at: element.range,
                    advice: "join comparisons with 'or' instead"
                )
            }
            literals.append((literal, element))
        }
        let condition = try membership(operand, part, literals)
        return negated(isNegated, condition, of: operand)
    }

    private func membership(
        _ operand: Operand,
        _ part: Syntax,
        _ literals: [(literal: Literal, tree: Syntax)]
    ) throws(ExpressionError) -> any Condition {
        var texts: [[UInt8]] = []
        var ranges: [ClosedRange<Int64>] = []
        var others: [any Condition] = []
        for (literal, tree) in literals {
            switch (operand, literal) {
            case (.text(let source), .text(let text)):
                if !source.field.order.isEmpty { try rank(of: text, in: source.field, at: tree.range) }
                texts.append(text)
            case (.json, .text(let text)): texts.append(text)
            case (.number(let column as ColumnNumber), .number(let number)) where column.isInteger:
                ranges += IntegerCondition.ranges(.equal, number)
            case (.time, .text(let text)):
                let time = try time(text, at: tree.range)
                ranges.append(time...time)
            default:
                others.append(try compare(.equal, operand, part, .literal(literal), tree))
            }
        }
        switch operand {
        case .text(let source): others.append(textCondition(source, .oneOf(texts)))
        case .json(let source) where !texts.isEmpty:
            others.append(JSONCondition(source, .text(.oneOf(texts)), otherKind: false))
        case .number(let column as ColumnNumber) where column.isInteger:
            others.append(IntegerCondition(column.source, in: ranges))
        case .time(let column): others.append(IntegerCondition(column.source, in: ranges))
        default: break
        }
        return others.count == 1 ? others[0] : AnyCondition(others)
    }

    // MARK: Ranges

    mutating func range(
        _ part: Syntax,
        _ low: Syntax,
        _ high: Syntax,
        isNegated: Bool
    ) throws(ExpressionError) -> any Condition {
        let operand = try operand(part)
        let from = try self.operand(low)
        let to = try self.operand(high)
        if case (.literal(.number(let a)), .literal(.number(let b))) = (from, to) {
            if Number.order(a, b) == 1 {
                throw ExpressionError(
                    .schema,
                    "the range is empty: its end lies before its start",
                    at: low.range.lowerBound..<high.range.upperBound
                )
            }
            if case .number(let column as ColumnNumber) = operand, column.isInteger,
                let first = IntegerCondition.ranges(.greaterOrEqual, a).first,
                let last = IntegerCondition.ranges(.lessOrEqual, b).first,
                first.lowerBound <= last.upperBound
            {
                let range = first.lowerBound...last.upperBound
                return IntegerCondition(column.source, in: [range], isNegated: isNegated)
            }
        }
        let condition = AllCondition([
            try compare(.greaterOrEqual, operand, part, from, low),
            try compare(.lessOrEqual, operand, part, to, high),
        ])
        return negated(isNegated, condition, of: operand)
    }

    // MARK: Text tests

    mutating func textTest(
        _ test: TextOperator,
        _ operand: Operand,
        _ left: Syntax,
        _ right: Syntax
    ) throws(ExpressionError) -> any Condition {
        let other = try self.operand(right)
        let isText =
            switch operand {
            case .text, .json, .literal(.text): true
            default: false
            }
        guard isText else {
            throw ExpressionError(
                .schema,
                "'\(test.rawValue)' works on texts, and this is \(operand.typeName)",
                at: left.range
            )
        }
        switch (operand, other) {
        case (.text(let source), .literal(.text(let text))): return textCondition(source, TextTest(test, text))
        case (.json(let source), .literal(.text(let text))):
            return JSONCondition(source, .anyText(TextTest(test, text)), otherKind: false)
        case (.literal(.text(let text)), .literal(.text(let part))):
            return ConstantCondition(TextTest(test, part).accepts(text.span))
        default: break
        }
        guard let a = textOperand(operand), let b = textOperand(other) else {
            throw ExpressionError(
                .schema,
                "'\(test.rawValue)' needs a text behind it, and this is \(other.typeName)",
                at: right.range,
                advice: "put it between quotes"
            )
        }
        switch test {
        case .contains: return TextPairCondition(.contains, a, b)
        case .startsWith: return TextPairCondition(.startsWith, a, b)
        case .endsWith: return TextPairCondition(.endsWith, a, b)
        case .matches:
            throw ExpressionError(.schema, "the pattern of 'matches' must be a literal", at: right.range)
        }
    }

    private func textOperand(_ operand: Operand) -> TextOperand? {
        switch operand {
        case .literal(.text(let text)): TextOperand(.literal(text))
        case .text(let source), .json(let source): TextOperand(.column(source))
        default: nil
        }
    }
}

import PatchbayCore
import PatchbayPlugin

/// Looks names up in a schema, checks types, and makes conditions of a tree.
struct Binder {
    let schema: Schema
    /// The columns that were looked up.
    private(set) var sources: [ColumnSource] = []

    init(_ schema: Schema) { self.schema = schema }

    // MARK: Conditions

    mutating func condition(_ tree: Syntax) throws(ExpressionError) -> any Condition {
        switch tree.kind {
        case .all(let parts): return AllCondition(try conditions(parts))
        case .any(let parts): return AnyCondition(try conditions(parts))
        case .not(let part): return NotCondition(try condition(part))
        case .missing(let part, let isNegated):
            let present = present(try operand(part))
            return isNegated ? present : NotCondition(present)
        case .comparison(let comparison, let left, let right):
            return try compare(comparison, left, right)
        case .text(let test, let left, let right, let isNegated):
            let operand = try operand(left)
            return negated(isNegated, try textTest(test, operand, left, right), of: operand)
        case .list(let part, let elements, let isNegated):
            return try membership(part, elements, isNegated: isNegated)
        case .range(let part, let low, let high, let isNegated):
            return try range(part, low, high, isNegated: isNegated)
        case .literal(.bool(let truth)): return ConstantCondition(truth)
        case .name, .literal, .negative, .arithmetic:
            let operand = try operand(tree)
            switch operand {
            case .truth(let truth): return truth.truth
            case .json(let source): return TruthCondition(source)
            default:
                throw ExpressionError(
                    .schema,
                    "this is \(operand.typeName), not a condition",
                    at: tree.range,
                    advice: "compare it with something"
                )
            }
        }
    }

    private mutating func conditions(_ parts: [Syntax]) throws(ExpressionError) -> [any Condition] {
        var conditions: [any Condition] = []
        for part in parts { conditions.append(try condition(part)) }
        return conditions
    }

    /// `x not in ...` holds only where `x` has a value, like `x != ...`.
    func negated(_ isNegated: Bool, _ condition: any Condition, of operand: Operand) -> any Condition {
        isNegated ? AllCondition([present(operand), NotCondition(condition)]) : condition
    }

    func present(_ operand: Operand) -> any Condition {
        switch operand {
        case .literal(let literal): ConstantCondition(literal != .null)
        case .number(let number as ColumnNumber), .time(let number): PresentCondition(number.source)
        case .number(let number): NumberPresentCondition(number)
        case .text(let source), .json(let source), .map(let source): PresentCondition(source)
        case .truth(let truth): truth.present ?? ConstantCondition(true)
        }
    }

    // MARK: Operands

    mutating func operand(_ tree: Syntax) throws(ExpressionError) -> Operand {
        switch tree.kind {
        case .literal(let literal): return .literal(literal)
        case .name(let name): return try column(name, at: tree.range)
        case .negative(let part): return .number(NegativeNumber(try number(part)))
        case .arithmetic(let operation, let left, let right):
            return .number(ArithmeticNumber(operation, try number(left), try number(right)))
        default: return .truth(TruthOperand(truth: try condition(tree), present: nil))
        }
    }

    private mutating func number(_ tree: Syntax) throws(ExpressionError) -> any NumberOperand {
        let operand = try operand(tree)
        switch operand {
        case .number(let number): return number
        case .literal(.number(let number)): return LiteralNumber(number)
        case .json(let source): return JSONNumber(source)
        default:
            throw ExpressionError(.schema, "\(operand.typeName) cannot be calculated with", at: tree.range)
        }
    }

    mutating func column(_ name: String, at range: Range<Int>) throws(ExpressionError) -> Operand {
        guard let field = schema.prospectiveField(name) else { throw unknown(name, at: range) }
        let source = ColumnSource(reference: schema.resolve(name), field: field)
        sources.append(source)
        switch field.type {
        case .int64, .float64: return .number(ColumnNumber(source))
        case .timestamp: return .time(ColumnNumber(source))
        case .utf8, .binary, .word: return .text(source)
        case .json: return .json(source)
        case .map: return .map(source)
        case .bool:
            return .truth(TruthOperand(truth: TruthCondition(source), present: PresentCondition(source)))
        }
    }

    private func unknown(_ name: String, at range: Range<Int>) -> ExpressionError {
        ExpressionError(
            .schema,
            "unknown field \(name.quotedForMessage)",
            at: range,
            advice: schema.advice(forUnknown: name)
        )
    }
}

extension Schema {
    /// What to say about a name that stands for nothing: the name probably meant, and the names there are.
    func advice(forUnknown name: String) -> String {
        var names = fields.map(\.name)
        for wellKnown in [Schema.timeName, Schema.valueName, Schema.keyName]
        where index(of: wellKnown) == nil && resolve(wellKnown) != nil {
            names.append(wellKnown)
        }
        let listed = names.prefix(24).joined(separator: ", ") + (names.count > 24 ? ", ..." : "")
        let suggestion = NameSuggestion.advice(for: name, in: names)
        return (suggestion.map { $0 + " " } ?? "") + "the fields are \(listed)"
    }
}

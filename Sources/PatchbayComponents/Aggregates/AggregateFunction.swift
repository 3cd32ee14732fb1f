import PatchbayCore
import PatchbayPlugin

/// One thing that is summed up: `count`, `sum(bytes)`, `max(n * 2) as peak`.
struct AggregateFunction {
    enum Kind: String, CaseIterable {
        case count, sum, min, max, mean
    }

    let kind: Kind
    /// What is summed up; nil for a plain `count`.
    let argument: Syntax?
    /// The name of the result.
    let name: String
    let text: String
    let position: ConfigPosition?

    /// Throws when `text` is no function with an argument that is an expression.
    init(_ text: String, at position: ConfigPosition?) throws(PluginError) {
        self.text = text
        self.position = position
        do {
            (kind, argument, name) = try Self.parse(text)
        } catch {
            throw error.located(in: text, at: position)
        }
    }

    private static func parse(_ text: String) throws(ExpressionError) -> (Kind, Syntax?, String) {
        var parser = ExpressionParser(tokens: try Lexer.tokens(of: text))
        let kind = try kind(parser.token)
        parser.advance()
        var argument: Syntax?
        let start = parser.token.range.lowerBound
        if parser.accept(.open), !(kind == .count && parser.accept(.close)) {
            argument = try parser.disjunction()
            try parser.expect(.close)
        }
        guard argument != nil || kind == .count else {
            throw ExpressionError(
                "'\(kind.rawValue)' needs an argument",
                at: start..<start,
                advice: "write \(kind.rawValue)(field)"
            )
        }
        var name = defaultName(kind, argument)
        if parser.accept(keyword: "as") {
            switch parser.token.kind {
            case .word(let word), .quotedName(let word): name = word
            default: throw parser.unexpected("a name")
            }
            parser.advance()
        }
        guard parser.token.kind == .end else { throw parser.unexpected("'as' or the end") }
        guard let name else {
            throw ExpressionError(
                "the result of an expression needs a name",
                at: 0..<text.utf8.count,
                advice: "write \(text) as name"
            )
        }
        return (kind, argument, name)
    }

    private static func kind(_ token: Token) throws(ExpressionError) -> Kind {
        guard case .word(let word) = token.kind, let kind = Kind(rawValue: word) else {
            let names = Kind.allCases.map(\.rawValue)
            var advice = "functions are \(names.joined(separator: ", "))"
            if case .word(let word) = token.kind, let suggestion = NameSuggestion.advice(for: word, in: names) {
                advice = suggestion
            }
            throw ExpressionError("expected a function, found \(token.description)", at: token.range, advice: advice)
        }
        return kind
    }

    private static func defaultName(_ kind: Kind, _ argument: Syntax?) -> String? {
        guard let argument else { return kind.rawValue }
        guard case .name(let field) = argument.kind else { return nil }
        return "\(kind.rawValue)_\(field)"
    }

    /// The sums of this function over records of `schema`.
    func accumulator(for schema: Schema, sources: inout [ColumnSource]) throws(PluginError) -> any Accumulator {
        var binder = Binder(schema)
        do {
            let accumulator = try accumulator(&binder)
            sources += binder.sources
            return accumulator
        } catch {
            throw error.located(in: text, at: position)
        }
    }

    private func accumulator(_ binder: inout Binder) throws(ExpressionError) -> any Accumulator {
        guard let argument else { return CountAccumulator(name, where: nil) }
        let operand = try binder.operand(argument)
        switch (kind, operand) {
        case (.count, .truth(let truth)): return CountAccumulator(name, where: truth.truth)
        case (.count, _): return CountAccumulator(name, where: binder.present(operand))
        case (.min, .time(let times)), (.max, .time(let times)):
            return WholeNumberAccumulator(Field(name, .timestamp), kind, times)
        case (_, .number(let numbers)): return accumulator(numbers)
        case (_, .json(let source)): return accumulator(JSONNumber(source))
        case (_, .literal(.number(let number))): return accumulator(LiteralNumber(number))
        default:
            throw ExpressionError(
                .schema,
                "'\(kind.rawValue)' works on numbers, and this is \(operand.typeName)",
                at: argument.range,
                advice: "cast the field first"
            )
        }
    }

    private func accumulator(_ numbers: any NumberOperand) -> any Accumulator {
        if numbers.isInteger {
            return WholeNumberAccumulator(Field(name, kind == .mean ? .float64 : .int64), kind, numbers)
        }
        return FloatAccumulator(name, kind, numbers)
    }
}

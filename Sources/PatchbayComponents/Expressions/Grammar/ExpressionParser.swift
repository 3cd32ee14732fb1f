/// Makes a tree of an expression. Binding strength, weakest first: `or`, `and`, `not`, comparisons, `+ -`, `* / %`, `-`.
struct ExpressionParser {
    var tokens: [Token]
    var at = 0
    /// How deep the parser is in brackets and prefixes.
    var nesting = 0

    /// The tree of `text`; throws when it is no expression.
    static func parse(_ text: String) throws(ExpressionError) -> Syntax {
        var parser = ExpressionParser(tokens: try Lexer.tokens(of: text))
        if parser.token.kind == .end {
            throw ExpressionError("the expression is empty", at: parser.token.range)
        }
        let tree = try parser.disjunction()
        guard parser.token.kind == .end else { throw parser.unexpected("an operator") }
        return tree
    }

    init(tokens: [Token]) { self.tokens = tokens }

    // MARK: Tokens

    var token: Token { tokens[at] }
    var following: Token { tokens[min(at + 1, tokens.count - 1)] }

    mutating func advance() { at = min(at + 1, tokens.count - 1) }

    mutating func accept(_ sign: Token.Sign) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        advance()
        return true
    }

    mutating func accept(keyword: String) -> Bool {
        guard token.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(_ sign: Token.Sign) throws(ExpressionError) {
        guard accept(sign) else { throw unexpected("'\(sign.rawValue)'") }
    }

    func unexpected(_ wanted: String) -> ExpressionError {
        var advice: String?
        if token.kind == .sign(.assign) { advice = "write '==' to compare" }
        if token.isKeyword("like") { advice = "write 'matches' with a pattern of * and ?" }
        return ExpressionError("expected \(wanted), found \(token.description)", at: token.range, advice: advice)
    }

    mutating func nested(
        _ body: (inout ExpressionParser) throws(ExpressionError) -> Syntax
    ) throws(ExpressionError) -> Syntax {
        nesting += 1
        guard nesting <= Syntax.depthLimit else {
            throw ExpressionError("the expression is nested more than \(Syntax.depthLimit) deep", at: token.range)
        }
        let tree = try body(&self)
        nesting -= 1
        return tree
    }

    // MARK: or, and, not

    mutating func disjunction() throws(ExpressionError) -> Syntax {
        var parts = [try conjunction()]
        while accept(keyword: "or") || accept(.or) { parts.append(try conjunction()) }
        return try joined(parts) { .any($0) }
    }

    private mutating func conjunction() throws(ExpressionError) -> Syntax {
        var parts = [try inversion()]
        while accept(keyword: "and") || accept(.and) { parts.append(try inversion()) }
        return try joined(parts) { .all($0) }
    }

    private func joined(_ parts: [Syntax], _ kind: ([Syntax]) -> Syntax.Kind) throws(ExpressionError) -> Syntax {
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return parts[0] }
        return try Syntax(kind(parts), at: first.range.lowerBound..<last.range.upperBound)
    }

    private mutating func inversion() throws(ExpressionError) -> Syntax {
        let start = token.range.lowerBound
        guard accept(keyword: "not") || accept(.not) else { return try comparison() }
        return try nested { (parser) throws(ExpressionError) in
            let operand = try parser.inversion()
            return try Syntax(.not(operand), at: start..<operand.range.upperBound)
        }
    }
}

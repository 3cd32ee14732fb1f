extension ExpressionParser {
    // MARK: Comparisons

    mutating func comparison() throws(ExpressionError) -> Syntax {
        let left = try sum()
        let tree: Syntax
        if let comparison = comparisonOperator {
            advance()
            let right = try sum()
            tree = try Syntax(.comparison(comparison, left, right), at: span(left, right))
        } else if accept(keyword: "is") {
            let isNegated = accept(keyword: "not")
            let end = token.range.upperBound
            guard accept(keyword: "null") else { throw unexpected("'null'") }
            tree = try Syntax(.missing(left, isNegated: isNegated), at: left.range.lowerBound..<end)
        } else {
            guard let test = try wordTest(left) else { return left }
            tree = test
        }
        if comparisonOperator != nil {
            throw ExpressionError(
                "comparisons cannot be chained",
                at: token.range,
                advice: "write 'a < b and b < c', or 'b in a..c'"
            )
        }
        return tree
    }

    private var comparisonOperator: ComparisonOperator? {
        guard case .sign(let sign) = token.kind else { return nil }
        return ComparisonOperator(rawValue: sign.rawValue)
    }

    /// `in`, `between`, `contains` and their like, with an optional `not` before them.
    private mutating func wordTest(_ left: Syntax) throws(ExpressionError) -> Syntax? {
        let isNegated = token.isKeyword("not")
        let keyword = isNegated ? following : token
        if keyword.isKeyword("in") {
            if isNegated { advance() }
            advance()
            return try membership(left, isNegated: isNegated)
        }
        if keyword.isKeyword("between") {
            if isNegated { advance() }
            advance()
            let low = try sum()
            guard accept(keyword: "and") else { throw unexpected("'and' and the upper bound") }
            let high = try sum()
            return try Syntax(.range(left, low, high, isNegated: isNegated), at: span(left, high))
        }
        for test in TextOperator.allCases where keyword.isKeyword(test.rawValue) {
            if isNegated { advance() }
            advance()
            let right = try sum()
            return try Syntax(.text(test, left, right, isNegated: isNegated), at: span(left, right))
        }
        if isNegated {
            advance()
            throw unexpected("'in', 'between' or a text test after 'not'")
        }
        return nil
    }

    private mutating func membership(_ left: Syntax, isNegated: Bool) throws(ExpressionError) -> Syntax {
        if accept(.openList) {
            var elements: [Syntax] = []
            while token.kind != .sign(.closeList) {
                elements.append(try sum())
                guard accept(.comma) else { break }
            }
            let end = token.range.upperBound
            try expect(.closeList)
            return try Syntax(.list(left, elements, isNegated: isNegated), at: left.range.lowerBound..<end)
        }
        let low = try sum()
        guard accept(.range) else {
            throw ExpressionError(
                "expected a list or a range after 'in'",
                at: low.range,
                advice: "write 'x in [1, 2]' or 'x in 1..5'"
            )
        }
        let high = try sum()
        return try Syntax(.range(left, low, high, isNegated: isNegated), at: span(left, high))
    }

    private func span(_ left: Syntax, _ right: Syntax) -> Range<Int> {
        left.range.lowerBound..<right.range.upperBound
    }

    // MARK: Arithmetic

    private mutating func sum() throws(ExpressionError) -> Syntax {
        var left = try product()
        while true {
            let operation: ArithmeticOperator
            if accept(.plus) {
                operation = .add
            } else if accept(.minus) {
                operation = .subtract
            } else {
                return left
            }
            let right = try product()
            left = try Syntax(.arithmetic(operation, left, right), at: span(left, right))
        }
    }

    private mutating func product() throws(ExpressionError) -> Syntax {
        var left = try prefixed()
        while true {
            let operation: ArithmeticOperator
            if accept(.times) {
                operation = .multiply
            } else if accept(.divide) {
                operation = .divide
            } else if accept(.remainder) {
                operation = .remainder
            } else {
                return left
            }
            let right = try prefixed()
            left = try Syntax(.arithmetic(operation, left, right), at: span(left, right))
        }
    }

    private mutating func prefixed() throws(ExpressionError) -> Syntax {
        let start = token.range.lowerBound
        guard accept(.minus) else { return try primary() }
        // The smallest number has no positive counterpart, so a sign before digits belongs to the literal.
        switch token.kind {
        case .integer(let magnitude):
            let range = start..<token.range.upperBound
            guard magnitude <= Int64.min.magnitude else {
                throw ExpressionError("this number does not fit 64 bits", at: range)
            }
            advance()
            return try Syntax(.literal(.number(.integer(Int64(truncatingIfNeeded: 0 &- magnitude)))), at: range)
        case .number(let value):
            let range = start..<token.range.upperBound
            advance()
            return try Syntax(.literal(.number(.floating(-value))), at: range)
        default:
            return try nested { (parser) throws(ExpressionError) in
                let operand = try parser.prefixed()
                return try Syntax(.negative(operand), at: start..<operand.range.upperBound)
            }
        }
    }

    // MARK: Names and literals

    private mutating func primary() throws(ExpressionError) -> Syntax {
        let token = token
        switch token.kind {
        case .sign(.open):
            advance()
            let tree = try nested { (parser) throws(ExpressionError) in try parser.disjunction() }
            try expect(.close)
            return tree
        case .integer(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw ExpressionError("this number does not fit 64 bits", at: token.range)
            }
            advance()
            return try Syntax(.literal(.number(.integer(value))), at: token.range)
        case .number(let value):
            advance()
            return try Syntax(.literal(.number(.floating(value))), at: token.range)
        case .text(let bytes):
            advance()
            return try Syntax(.literal(.text(bytes)), at: token.range)
        case .quotedName(let name):
            advance()
            return try Syntax(.name(name), at: token.range)
        case .word(let word):
            return try name(word)
        default:
            throw unexpected("a field, a value or '('")
        }
    }

    private static let reserved = ["and", "or", "not", "in", "is", "between"]

    private mutating func name(_ word: String) throws(ExpressionError) -> Syntax {
        let token = token
        let kind: Syntax.Kind
        switch word {
        case "true", "TRUE": kind = .literal(.bool(true))
        case "false", "FALSE": kind = .literal(.bool(false))
        case "null", "NULL": kind = .literal(.null)
        default:
            if Self.reserved.contains(where: { token.isKeyword($0) }) {
                var error = unexpected("a field, a value or '('")
                if error.advice == nil {
                    error = ExpressionError(
                        error.message,
                        at: error.range,
                        advice: "a field with this name is written between backquotes"
                    )
                }
                throw error
            }
            kind = .name(word)
        }
        advance()
        return try Syntax(kind, at: token.range)
    }
}

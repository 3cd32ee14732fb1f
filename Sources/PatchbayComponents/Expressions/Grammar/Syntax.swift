/// An expression as it was written, before its names mean anything.
struct Syntax {
    /// Deeper expressions are refused, so that no expression can exhaust the stack.
    static let depthLimit = 100

    indirect enum Kind {
        case literal(Literal)
        case name(String)
        case negative(Syntax)
        case arithmetic(ArithmeticOperator, Syntax, Syntax)
        case comparison(ComparisonOperator, Syntax, Syntax)
        case text(TextOperator, Syntax, Syntax, isNegated: Bool)
        case list(Syntax, [Syntax], isNegated: Bool)
        case range(Syntax, Syntax, Syntax, isNegated: Bool)
        case missing(Syntax, isNegated: Bool)
        case not(Syntax)
        case all([Syntax])
        case any([Syntax])
    }

    let kind: Kind
    /// In bytes from the start of the text.
    let range: Range<Int>
    let depth: Int

    init(_ kind: Kind, at range: Range<Int>) throws(ExpressionError) {
        self.kind = kind
        self.range = range
        depth = 1 + Self.children(kind).reduce(0) { max($0, $1.depth) }
        guard depth <= Self.depthLimit else {
            throw ExpressionError("the expression is nested more than \(Self.depthLimit) deep", at: range)
        }
    }

    private static func children(_ kind: Kind) -> [Syntax] {
        switch kind {
        case .literal, .name: []
        case .negative(let operand), .not(let operand), .missing(let operand, _): [operand]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .text(_, let left, let right, _):
            [left, right]
        case .list(let operand, let elements, _): [operand] + elements
        case .range(let operand, let low, let high, _): [operand, low, high]
        case .all(let parts), .any(let parts): parts
        }
    }

    /// Every name, each once, in the order of first use.
    var names: [String] {
        var found: [String] = []
        collectNames(&found)
        return found
    }

    private func collectNames(_ found: inout [String]) {
        if case .name(let name) = kind, !found.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            found.append(name)
        }
        for child in Self.children(kind) { child.collectNames(&found) }
    }
}

/// A value written into an expression.
enum Literal: Equatable {
    case null
    case bool(Bool)
    case number(Number)
    case text([UInt8])
}

enum ArithmeticOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

enum TextOperator: String, CaseIterable {
    case contains
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case matches
}

enum ComparisonOperator: String {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The operator that says the same with the sides exchanged.
    var exchanged: Self {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .equal, .notEqual: self
        }
    }

    var isEquality: Bool { self == .equal || self == .notEqual }

    /// Whether it holds when the left side is smaller (-1), equal (0) or larger (1); nil stands for values without an
    /// order, such as NaN.
    func holds(_ order: Int?) -> Bool {
        guard let order else { return self == .notEqual }
        return switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

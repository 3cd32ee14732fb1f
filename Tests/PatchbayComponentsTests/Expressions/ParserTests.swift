import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct ParserTests {
    @Test(arguments: [
        ("a == 1 or b == 2 and not c == 3", "any(a==1, all(b==2, not(c==3)))"),
        ("a == 1 || b == 2 && !(c == 3)", "any(a==1, all(b==2, not(c==3)))"),
        ("not a and b", "all(not(a), b)"),
        ("(a or b) and c", "all(any(a, b), c)"),
        ("1 + 2 * 3 - -4 == x", "((1+(2*3))-(-4))==x"),
        ("-x * 2 > 3", "((neg(x)*2)>3)"),
        ("x in [1, -2, 'a',]", "x in [1,-2,'a']"),
        ("x not in 1..5", "x not in 1..5"),
        ("x between 1 and 2 and y", "all(x in 1..2, y)"),
        ("`odd name` is not null", "odd name is not null"),
        ("a.b.c is null", "a.b.c is null"),
        ("x in a..b", "x in a..b"),
        ("msg not contains 'x'", "msg not contains 'x'"),
        ("X IS NOT NULL AND y IN [TRUE]", "all(X is not null, y in [true])"),
        ("x == 0xfF", "x==255"),
        ("x > 2KiB", "x>2048"),
        ("x == 1e3", "x==1000.0"),
        ("x == -9223372036854775808", "x==-9223372036854775808"),
        (#"x == "a\"b\n\x41\u00e9""#, "x=='a\"b\nAé'"),
        ("contains contains 'contains'", "contains contains 'contains'"),
    ])
    func treesOfExpressions(text: String, tree: String) throws {
        let shown = shown(try ExpressionParser.parse(text))
        #expect(shown == tree || "(\(shown))" == tree)
    }

    private func shown(_ tree: Syntax) -> String {
        switch tree.kind {
        case .literal(.null): "null"
        case .literal(.bool(let truth)): "\(truth)"
        case .literal(.number(.integer(let number))): number < 0 && tree.depth == 1 ? "\(number)" : "\(number)"
        case .literal(.number(.floating(let number))): "\(number)"
        case .literal(.text(let text)): "'\(String(decoding: text, as: UTF8.self))'"
        case .name(let name): name
        case .negative(let part): "neg(\(shown(part)))"
        case .arithmetic(let operation, let left, let right):
            if case .literal(.number(.integer(..<0))) = right.kind {
                "(\(shown(left))\(operation.rawValue)(\(shown(right))))"
            } else {
                "(\(shown(left))\(operation.rawValue)\(shown(right)))"
            }
        case .comparison(let comparison, let left, let right): "\(shown(left))\(comparison.rawValue)\(shown(right))"
        case .text(let test, let left, let right, let not):
            "\(shown(left)) \(not ? "not " : "")\(test.rawValue) \(shown(right))"
        case .list(let part, let elements, let not):
            "\(shown(part)) \(not ? "not " : "")in [\(elements.map(shown).joined(separator: ","))]"
        case .range(let part, let low, let high, let not):
            "\(shown(part)) \(not ? "not " : "")in \(shown(low))..\(shown(high))"
        case .missing(let part, let not): "\(shown(part)) is \(not ? "not " : "")null"
        case .not(let part): "not(\(shown(part)))"
        case .all(let parts): "all(\(parts.map(shown).joined(separator: ", ")))"
        case .any(let parts): "any(\(parts.map(shown).joined(separator: ", ")))"
        }
    }

    @Test(arguments: [
        ("", "the expression is empty", 1), ("   ", "the expression is empty", 4),
        ("a = 1", "expected an operator, found '='", 3), ("a == ", "found the end of the expression", 6),
        ("1 < x < 5", "comparisons cannot be chained", 7), ("a == 'x", "closing quote is missing", 6),
        ("(a == 1", "expected ')'", 8), ("a in 5", "expected a list or a range", 6), ("a in [1 2]", "expected ']'", 9),
        ("a and", "found the end", 6), ("and a", "found 'and'", 1), ("a & b", "no meaning here", 3),
        ("x == 5abc", "letters follow a number", 6), ("x == 99999999999999999999", "does not fit 64 bits", 6),
        ("x == 9223372036854775808", "does not fit 64 bits", 6), ("x == 1e999", "too large", 6),
        ("x == 9007199254740993GiB", "does not fit 64 bits", 6), ("x == 0x", "hexadecimal digits", 6),
        (#"x == "\q""#, "unknown escape", 7), ("x is 5", "expected 'null'", 6), ("x not 5", "after 'not'", 7),
        ("x between 1 or 2", "'and' and the upper bound", 13), ("é == ü = 1", "expected an operator", 8),
        ("x like 'a*'", "expected an operator, found 'like'", 3),
    ])
    func syntaxErrorsNameTheColumn(text: String, message: String, column: Int) throws {
        let error = try #require(failure { _ = try Expression(text) })
        #expect(error.code == .configuration)
        #expect(error.message.contains(message))
        #expect(error.message.contains("(column \(column))"), "\(error.message)")
        #expect(error.excerpt?.contains("^") == true)
    }

    @Test func theExcerptMarksThePlace() throws {
        let error = try #require(
            failure {
                _ = try Expression(
                    "level == 'x' and\n\tapid = 'LOG'", at: ConfigPosition(file: "p.yaml", line: 7, column: 3))
            }
        )
        #expect(error.message == "expected an operator, found '=' (line 2, column 7)")
        #expect(error.excerpt == "     apid = 'LOG'\n          ^")
        #expect(error.description.hasPrefix("p.yaml:7:3: "))
        #expect(error.advice == "write '==' to compare")
    }

    @Test func depthAndLengthAreLimited() throws {
        let deep = String(repeating: "(", count: 5_000) + "a" + String(repeating: ")", count: 5_000)
        #expect(failure { _ = try Expression(deep) }?.message.contains("nested more than 100 deep") == true)
        let nots = String(repeating: "not ", count: 5_000) + "a"
        #expect(failure { _ = try Expression(nots) }?.message.contains("nested more than 100 deep") == true)
        let sums = Array(repeating: "1", count: 5_000).joined(separator: "+") + " == x"
        #expect(failure { _ = try Expression(sums) }?.message.contains("nested more than 100 deep") == true)
        let minuses = String(repeating: "-", count: 5_000) + "a"
        #expect(failure { _ = try Expression(minuses) }?.message.contains("nested more than 100 deep") == true)
        let long = "x == '" + String(repeating: "y", count: 70_000) + "'"
        #expect(failure { _ = try Expression(long) }?.message.contains("65536 bytes") == true)
        let wide = Array(repeating: "x == 1", count: 6_000).joined(separator: " or ")
        let expression = try Expression(wide)
        #expect(expression.wanted.names == ["x"])
    }
}

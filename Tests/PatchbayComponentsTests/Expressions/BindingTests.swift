import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct BindingTests {
    private static let closed = Schema(
        fields: [
            Field("level", .word, order: ["fatal", "error", "warn", "info"]),
            Field("apid", .word), Field("bytes", .int64), Field("ratio", .float64), Field("flag", .bool),
            Field("payload", .utf8), Field("labels", .map(json: false)),
        ],
        hasTime: true
    )

    @Test(arguments: [
        ("levl == 'warn'", "unknown field 'levl'", 1, "did you mean 'level'?"),
        ("bytes > 1 and nosuch == 1", "unknown field 'nosuch'", 15, "the fields are level, apid"),
        ("key == 'x'", "unknown field 'key'", 1, "time, value"),
        ("level <= 'warning'", "'warning' is no value of 'level'", 10, "its values are fatal, error"),
        ("level == 'wran'", "'wran' is no value of 'level'", 10, "did you mean 'warn'?"),
        ("level in ['info', 'inf']", "'inf' is no value of 'level'", 19, "did you mean 'info'?"),
        ("apid == 5", "a text cannot be compared with a number", 1, "put the number between quotes"),
        ("bytes == '5'", "a number cannot be compared with a text", 1, "leave the quotes out"),
        ("5 == apid", "cannot be compared with", 1, "between quotes"),
        ("time >= 5", "a time cannot be compared with a number", 1, "write a time as text"),
        ("time >= 'yesterday'", "this is no time", 9, "2026-11-21"),
        ("bytes contains 'a'", "'contains' works on texts, and this is a number", 1, nil),
        ("payload contains 5", "needs a text behind it, and this is a number", 18, "between quotes"),
        ("payload matches apid", "must be a literal", 17, nil),
        ("flag > false", "truth values have no order", 8, "compare with == or !="),
        ("payload == null", "a comparison with null is never true", 12, "write 'is null'"),
        ("payload != null", "a comparison with null is never true", 12, "write 'is not null'"),
        ("labels == 'x'", "a map cannot be compared", 1, nil),
        ("payload", "this is a text, not a condition", 1, "compare it with something"),
        ("bytes + 1", "this is a number, not a condition", 1, nil),
        ("payload + 1 == 2", "a text cannot be calculated with", 1, nil),
        ("bytes in 5..1", "the range is empty", 10, nil),
        ("bytes in [1, ratio]", "a list holds texts, numbers and truth values only", 14, nil),
        ("bytes in [1, 'a']", "a number cannot be compared with a text", 1, "leave the quotes out"),
        ("level < apid", "words with an order can only be compared with a literal", 9, nil),
        ("1 == 'a'", "cannot be compared", 1, nil),
    ])
    func typeErrorsNameTheColumn(text: String, message: String, column: Int, advice: String?) throws {
        let expression = try Expression(text)
        let error = try #require(failure { _ = try expression.condition(for: Self.closed) })
        #expect(error.code == .schema)
        #expect(error.message.contains(message), "\(error.message)")
        #expect(error.message.contains("(column \(column))"), "\(error.message)")
        if let advice { #expect(error.advice?.contains(advice) == true, "\(error.advice ?? "none")") }
    }

    @Test func openSchemasTakeAnyName() throws {
        let schema = Schema(fields: [], isOpen: true)
        let condition = try Expression("code == 200 or code is null").condition(for: schema)
        var rows = Selection(count: 1, all: true)
        try condition.narrow(makeBatch(schema, [[]]), &rows)
        #expect(rows[0], "a field that nobody asked the parser for has no values")
    }

    @Test func aBatchOfAnotherSchemaIsAnError() throws {
        let condition = try Expression("bytes > 1").condition(for: Self.closed)
        let other = makeBatch(Schema(fields: [Field("bytes", .utf8)]), [[.text("x")]])
        var rows = Selection(count: 1, all: true)
        #expect(throws: PluginError.self) { try condition.narrow(other, &rows) }
    }

    @Test func hostileNamesAreShownWithoutControlCharacters() throws {
        let error = try #require(
            failure { _ = try Expression("`\u{1B}[31m\n` == 1").condition(for: Self.closed) }
        )
        #expect(!error.message.contains("\u{1B}") && error.excerpt?.contains("\u{1B}") == false)
    }
}

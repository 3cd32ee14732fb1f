import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct EvaluationTests {
    private static let schema = Schema(
        fields: [
            Field("level", .word, order: ["fatal", "error", "warn", "info"]),
            Field("n", .int64), Field("x", .float64), Field("msg", .utf8), Field("at", .timestamp), Field("js", .json),
        ],
        isOpen: true
    )

    /// The rows, as a text such as `0 2`, for which `text` holds.
    private func rows(_ text: String, _ values: [[Value]]) throws -> String {
        let batch = makeBatch(Self.schema, values)
        var selection = Selection(count: batch.count, all: true)
        try Expression(text).condition(for: Self.schema).narrow(batch, &selection)
        var kept: [String] = []
        selection.forEach { kept.append("\($0)") }
        return kept.joined(separator: " ")
    }

    @Test(arguments: [
        ("level <= 'error'", "0 1"), ("level > 'error'", "2"), ("level != 'warn'", "0 1"),
        ("level >= 'warn'", "2"), ("level in 'error'..'warn'", "1 2"), ("not (level <= 'error')", "2 3"),
    ])
    func orderedWordsCompareByRank(text: String, expected: String) throws {
        let values: [[Value]] = [[.text("fatal")], [.text("error")], [.text("warn")], [.null]]
        #expect(try rows(text, values) == expected)
    }

    @Test(arguments: [
        ("n == 5", "0"), ("n != 5", "1"), ("not (n == 5)", "1 2"), ("not (n != 5)", "0 2"), ("n is null", "2"),
        ("n is not null", "0 1"), ("n not in [5]", "1"), ("n not in 1..5", "1"), ("n + 1 == 6", "0"), ("n < 6", "0"),
    ])
    func missingValuesMakeComparisonsFalse(text: String, expected: String) throws {
        #expect(try rows(text, [[.null, .int64(5)], [.null, .int64(7)], []]) == expected)
    }

    @Test(arguments: [
        ("js == 'ERROR'", "0 1"), ("js == 5", "2 3"), ("js == 5.0", "2 3"), ("js > 4", "2 3 4"), ("js is null", "6 7"),
        ("js == true", "5"), ("js", "5"), ("js != 'ERROR'", "2 3 4 5 8"), ("js starts_with 'ERR'", "0 1"),
        ("js contains '1'", "4 8"), ("js in ['ERROR', 5]", "0 1 2 3"), ("js < 'F'", "0 1"),
        ("js == 9007199254740993", "4"), ("js == 9007199254740992", ""), ("js < 9007199254740994", "2 3 4"),
        ("js * 2 == 10", "2 3"), ("not js == 'ERROR'", "2 3 4 5 6 7 8"),
    ])
    func jsonValuesCompareByKind(text: String, expected: String) throws {
        let raws = [
            "\"ERROR\"", "\"ERR\\u004fR\"", "5", "5.0", "9007199254740993", "true", "null", nil, "[1]",
        ]
        let values: [[Value]] = raws.map { [.null, .null, .null, .null, .null, $0.map { .raw($0) } ?? .null] }
        #expect(try rows(text, values) == expected)
    }

    @Test(arguments: [
        ("at == '2026-11-21T00:11:05Z'", true), ("at == '2026-11-21 00:11:05'", true),
        ("at == '2026-11-21 02:11:05.000+02:00'", true), ("at == '2026-11-20T19:11:05-0500'", true),
        ("at < '2026-11-22'", true), ("at > '2026-11-21 00:11'", true), ("at in '2026-11-21'..'2026-11-22'", true),
        ("'2026-11-21' <= at", true), ("at >= '2026-11-21T00:11:05.000000001Z'", false),
    ])
    func timesCompareWithTexts(text: String, expected: Bool) throws {
        let time = Value.timestamp(1_795_219_865_000_000_000)
        #expect(try rows(text, [[.null, .null, .null, .null, time]]) == (expected ? "0" : ""))
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-01", "26-01-01", "2026-01-01T", "2026-01-01T24:00", "2026-01-01 00:60",
        "2026-01-01 00:00:61", "2026-01-01 00:00:00.", "2026-01-01 00:00:00+", "2026-01-01 00:00 x", "1500-01-01",
        "2400-01-01", "", "2026-1-1", "2026-01-01T00:00:00+99:00",
    ])
    func thingsThatAreNoTimes(text: String) {
        #expect(time(text) == nil)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31T23:59:59.5Z", -500_000_000), ("2000-02-29", 951_782_400_000_000_000),
        ("1677-09-21T00:12:43.145224192Z", Int64.min), ("2262-04-11T23:47:16.854775807Z", Int64.max),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000), ("1970-01-01t00:00:00,1234567899z", 123_456_789),
    ])
    func timesAreExact(text: String, nanoseconds: Int64) {
        #expect(time(text) == nanoseconds)
    }

    @Test(arguments: [
        ("n > 9007199254740992.0", [false, true]), ("n >= 1e300", [false, false]), ("n < 1e300", [true, true]),
        ("n == 9007199254740992.0", [true, false]), ("n < 9007199254740994.0", [true, true]),
        ("n in 1..9007199254740992", [true, false]), ("n > -1e300", [true, true]), ("n != 0.5", [true, true]),
    ])
    func numbersCompareByTheirExactValues(text: String, expected: [Bool]) throws {
        let kept = try rows(text, [[.null, .int64(9_007_199_254_740_992)], [.null, .int64(9_007_199_254_740_993)]])
        #expect(kept == [0, 1].filter { expected[$0] }.map(String.init).joined(separator: " "))
    }

    @Test(arguments: [
        ("*", "", true), ("", "", true), ("", "a", false), ("a*b", "axxb", true), ("a*b", "axx", false),
        ("?", "ü", true),
        ("??", "ü", false), ("a\\*b", "a*b", true), ("a\\*b", "axb", false), ("*a*a*a*b", "aaaaaaaaac", false),
        ("a\\", "a\\", true), ("**x", "yyx", true), ("?", "", false), ("😀?", "😀é", true),
    ])
    func globs(pattern: String, text: String, fits: Bool) {
        let found = Glob(Array(pattern.utf8)).fits(Bytes(text).span)
        #expect(found == fits)
    }

    @Test func aHostilePatternTakesNoLongTime() {
        let pattern = Array(String(repeating: "*a", count: 2_000).utf8) + Array("b".utf8)
        let text = Bytes(String(repeating: "a", count: 20_000))
        let found = Glob(pattern).fits(text.span)
        #expect(!found)
    }

    @Test(arguments: [
        "0", "-0", "1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "0.1", "1e22", "1e23",
        "123456789012345678901234567890", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "1E+5",
        "00012.50",
        "0.000001", "9007199254740993.0", "179769313486231570000000000000000000000e270", "8.5e-5",
    ])
    func numbersReadLikeTheStandardLibrary(text: String) throws {
        let read = try #require(number(text))
        if let whole = Int64(text) {
            #expect(read == .integer(whole))
        } else {
            #expect(read.double == Double(text))
        }
    }

    @Test(arguments: ["", "-", "+1", ".5", "5.", "1e", "1e+", "0x10", "1e999", "nan", "inf", "1 ", " 1", "1_0", "--1"])
    func thingsThatAreNoNumbers(text: String) {
        #expect(number(text) == nil)
    }

    @Test func randomDecimalsReadLikeTheStandardLibrary() {
        var random = SeededNumbers(99)
        for _ in 0..<20_000 {
            let mantissa = UInt64.random(in: 0...(random.chance(0.5) ? 1 << 53 : UInt64.max), using: &random)
            let text = "\(mantissa)e\(Int.random(in: -30...30, using: &random))"
            #expect(number(text)?.double == Double(text))
        }
    }

    @Test func wordListsOfSeveralWorkersAreKeptApart() throws {
        let schema = Schema(fields: [Field("w", .word)])
        let condition = try Expression("w == 'x'").condition(for: schema)
        for _ in 0..<3 {
            for order in [["x", "y"], ["y", "x"], ["y", "z", "x"], ["q"]] {
                let batch = makeBatch(schema, order.map { [.text($0)] })
                var rows = Selection(count: batch.count, all: true)
                try condition.narrow(batch, &rows)
                for (row, word) in order.enumerated() { #expect(rows[row] == (word == "x")) }
            }
        }
    }

    @Test func wordsWithoutValuesNeedNoWordList() throws {
        let schema = Schema(fields: [Field("w", .word)])
        let batch = makeBatch(schema, [[.null], [.null]])
        var rows = Selection(count: 2, all: true)
        try Expression("w != 'x' or w is null and not w == ''").condition(for: schema).narrow(batch, &rows)
        #expect(rows.selectedCount == 2)
    }
}

// The test macros take no spans.
private func time(_ text: String) -> Int64? { TimeText.nanoseconds(Bytes(text).span) }
private func number(_ text: String) -> Number? { NumberReader.number(Bytes(text).span) }

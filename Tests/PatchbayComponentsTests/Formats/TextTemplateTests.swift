import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct TextTemplateTests {
    private func line(_ template: String, _ value: Value, _ type: FieldType = .utf8) throws -> String {
        let batch = Encoding.batch([Field("x", type)], [[value]], times: [1_769_868_916_123_456_789])
        return String(try Encoding.text(batch, ["template": .init(.string(template))]).dropLast())
    }

    @Test(arguments: [
        ("{x}", "ab"), ("{x:5}|", "ab   |"), ("{x:>5}|", "   ab|"), ("{x:^5}|", " ab  |"), ("{x:-<4}", "ab--"),
        ("{x:é>4}", "ééab"), ("{x:<<4}", "ab<<"), ("{x:1}", "ab"), ("{{{x}}}", "{ab}"), ("", ""), ("a{{b}}", "a{b}"),
        ("{x|-}", "ab"), ("{x:>4|-}", "  ab"), ("{time:%H:%M:%S.%3f}", "14:15:16.123"),
        ("{value} {x}{x}", "record 0 abab"),
        ("{x:05}", "ab   "),
    ])
    func layouts(template: String, expected: String) throws {
        #expect(try line(template, Encoding.utf8("ab")) == expected)
    }

    @Test(arguments: [
        ("{x}", "-7"), ("{x:4}", "  -7"), ("{x:<4}|", "-7  |"), ("{x:04}", "-007"), ("{x:*^6}", "**-7**"),
        ("{x:02}", "-7"),
    ])
    func numbers(template: String, expected: String) throws {
        #expect(try line(template, .int64(-7), .int64) == expected)
    }

    @Test func missingValuesHaveTheirText() throws {
        #expect(try line("[{x}]", .null) == "[]")
        #expect(try line("[{x|none}]", .null) == "[none]")
        #expect(try line("[{x:>6|-}]", .null) == "[     -]")
        #expect(try line("[{x:04|-}]", .null, .int64) == "[-   ]")
    }

    @Test func widthsCountCharacters() throws {
        #expect(try line("{x:4}|", Encoding.utf8("äö")) == "äö  |")
    }

    @Test func otherTypes() throws {
        #expect(try line("{x}", .float64(1e-7), .float64) == "1e-07")
        #expect(try line("{x}", .bool(true), .bool) == "true")
        #expect(try line("{x}", Encoding.json("\"a\\n\\u00e9\\\"\""), .json) == "a\né\"")
        #expect(try line("{x}", Encoding.json("[1]"), .json) == "[1]")
        let map: [Value.Entry] = [
            .init((Encoding.utf8("k\""), Encoding.utf8("v"))), .init((Encoding.utf8("n"), .null)),
        ]
        #expect(try line("{x}", .map(map), .map(json: false)) == #"{"k\"":"v","n":null}"#)
        #expect(
            try line("{time} {x}", .timestamp(0), .timestamp)
                == "2026-01-31T14:15:16.123456789Z 1970-01-01T00:00:00.000000Z")
    }

    @Test(arguments: [
        ("{", "character 1"), ("a}", "character 2"), ("{}", "character 1"), ("{:5}", "character 1"),
        ("{x", "character 1"),
        ("{x:5x}", "character 4"), ("{x:%Q}", "character 1"), ("{x{y}", "character 1"), ("{x:99999}", "character 4"),
    ])
    func mistakesAreNamed(template: String, place: String) {
        let error = #expect(throws: PluginError.self) { try TextTemplate(template) }
        #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
    }

    @Test func unknownFieldsAndWrongTypesAreSchemaErrors() {
        #expect(throws: PluginError.self) { try line("{nope}", .null) }
        #expect(throws: PluginError.self) { try line("{x:%H}", .null) }
    }

    @Test func withoutATemplateTheSchemaDecides() throws {
        let fields = [Field("a", .int64), Field("b", .utf8), Field("c", .int64, isOnDemand: true)]
        let row: [Value] = [.int64(1), Encoding.utf8("x"), .int64(2)]
        #expect(try Encoding.text(Encoding.batch(fields, [row])) == "1 x\n")
        #expect(try Encoding.text(Encoding.batch(fields, [row], template: "<{b}>")) == "<x>\n")
        #expect(try Encoding.text(Encoding.batch(fields, [row], isOpen: true)) == "record 0\n")
        #expect(try Encoding.text(Encoding.batch([], [[]])) == "record 0\n")
    }

    @Test func hostileTextDoesNotReachTheTerminal() throws {
        let hostile = "a\u{1B}[2J\rb\nc\td\u{7F}\u{9B}31mé\u{0}"
        let batch = Encoding.batch([Field("x", .utf8)], [[Encoding.utf8(hostile)]])
        #expect(try Encoding.text(batch) == hostile + "\n")
        let shown = "a\\x1b[2J\\rb\\nc\td\\x7f\\xc2\\x9b31mé\\x00"
        #expect(try Encoding.text(batch, isTerminal: true) == shown + "\n")
        #expect(try Encoding.text(batch, ["escape_control": "always"]) == shown + "\n")
        #expect(try Encoding.text(batch, ["escape_control": "never"], isTerminal: true) == hostile + "\n")
        let padded: [String: ConfigNode] = ["escape_control": "always", "template": "{x:>8}|"]
        let short = Encoding.batch([Field("x", .binary)], [[.binary(Bytes(copying: [0x1B, 0xFF].span))]])
        #expect(try Encoding.text(short, padded) == "\\x1b\\xff|\n")
    }

    @Test func linesHaveTheColourOfTheirLevel() throws {
        let rows = ["error", "info", "warn", "debug"].map { [Encoding.utf8($0)] } + [[.null]]
        let batch = Encoding.batch([Field("level", .word)], rows)
        let text = try Encoding.text(batch, ["color": "always"])
        #expect(text == "\u{1B}[31merror\u{1B}[0m\ninfo\n\u{1B}[33mwarn\u{1B}[0m\n\u{1B}[2mdebug\u{1B}[0m\n\n")
        #expect(try Encoding.text(batch, ["color": "never"], isTerminal: true) == "error\ninfo\nwarn\ndebug\n\n")
    }
}

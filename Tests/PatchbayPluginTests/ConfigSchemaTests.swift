import PatchbayPlugin
import Testing

struct ConfigSchemaTests {
    let schema = ConfigSchema(
        [
            ConfigOption("path", .list(of: .string()), isRequired: true, summary: "files to read"),
            ConfigOption("format", .string(choices: ["text", "json", "csv"]), default: "text", summary: "form"),
            ConfigOption("buffer", .size, default: "64KiB", summary: "bytes at once"),
            ConfigOption("wait", .duration, summary: "time between looks"),
            ConfigOption("count", .integer(1...10), summary: "how many"),
            ConfigOption("rate", .number(0...1), summary: "share"),
            ConfigOption("follow", .boolean, default: false, summary: "go on at the end"),
            ConfigOption("token", .string(choices: ["a", "b"]), isSecret: true, summary: "password"),
            ConfigOption("set", .map(of: .string()), summary: "fields"),
        ],
        shorthand: "path"
    )

    private func problems(_ node: ConfigNode?) -> [String] { schema.check(node).diagnostics.map(\.description) }

    @Test func fillsInDefaultsAndConvertsUnits() throws {
        let node: ConfigNode = [
            "path": "a.dlt", "wait": "250ms", "count": 3.0, "rate": 1, "set": ["n": 1, "on": true],
        ]
        let configuration = try #require(schema.check(node).configuration)
        #expect(configuration.strings("path") == ["a.dlt"])
        #expect(configuration.string("format") == "text")
        #expect(configuration.integer("buffer") == 65536)
        #expect(configuration.integer("wait") == 250_000_000)
        #expect(configuration.integer("count") == 3)
        #expect(configuration.number("rate") == 1)
        #expect(configuration.bool("follow") == false)
        #expect(configuration.entries("set").map(\.value.string) == ["1", "true"])
    }

    @Test func takesShorthand() throws {
        #expect(schema.check("x.dlt").configuration?.strings("path") == ["x.dlt"])
        #expect(schema.check(["x", "y"]).configuration?.strings("path") == ["x", "y"])
    }

    @Test func reportsEverything() {
        #expect(
            problems(["formt": "text", "format": "jsn", "count": 11, "rate": "x", "wait": 5, "follow": "true"]) == [
                "error: unknown option 'formt'; did you mean 'format'?",
                "error: option 'format': 'jsn' is none of 'text', 'json', 'csv'; did you mean 'json'?",
                "error: option 'count': 11 is not from 1 to 10",
                "error: option 'rate': expected a number, got text 'x'",
                "error: option 'wait': 5 has no unit; write '5s' or '5ms'",
                "error: option 'follow': expected true or false, got text 'true'",
                "error: the option 'path' is missing; 'path' is: files to read",
            ]
        )
    }

    @Test func neverShowsSecrets() {
        let found = schema.check(["path": "x", "token": "hunter2"]).diagnostics
        #expect(found.map(\.message) == ["option 'token': the value is none of 'a', 'b'"])
        #expect(found.map(\.hidesSource) == [true])
        var substituted: ConfigNode = "hunter2"
        substituted.provenance = .substituted
        #expect(
            problems(["path": "x", "count": substituted]) == [
                "error: option 'count': expected a whole number, got something else"
            ]
        )
    }

    @Test func substitutedTextFitsTypedOptions() {
        func text(_ value: String) -> ConfigNode {
            var node = ConfigNode(.string(value))
            node.provenance = .substituted
            return node
        }
        let node: ConfigNode = [
            "path": text("x"), "count": text(" 7\n"), "follow": text("true"), "buffer": text("1MB"),
            "rate": text("0.5"),
        ]
        let configuration = schema.check(node).configuration
        #expect(configuration?.integer("count") == 7)
        #expect(configuration?.bool("follow") == true)
        #expect(configuration?.integer("buffer") == 1_000_000)
        #expect(configuration?.number("rate") == 0.5)
    }

    @Test(
        arguments: [
            ("0", 0), ("512B", 512), ("64KiB", 65536), ("64 kib", 65536), ("1MB", 1_000_000),
            ("8388607TiB", 9223370937343148032),
            ("8388608TiB", nil), ("-1", nil), ("1.5MB", nil), ("", nil), ("KiB", nil), ("1M", nil),
            ("99999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func sizes(_ text: String, _ bytes: Int64?) { #expect(Quantity.bytes(text) == bytes) }

    @Test(
        arguments: [
            ("0", 0), ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("1h30m", 5_400_000_000_000), ("7ns", 7),
            ("5µs", 5000),
            ("106751d", 9_223_286_400_000_000_000), ("106752d", nil), ("5", nil), ("", nil), ("s", nil), ("1.s", nil),
            ("-1s", nil),
            ("1s x", nil), ("١s", nil),
        ] as [(String, Int64?)]
    )
    func durations(_ text: String, _ nanoseconds: Int64?) { #expect(Quantity.nanoseconds(text) == nanoseconds) }

    @Test(
        arguments: [
            ("plugin_nam", "plugin_name"), ("Uses", "uses"), ("on-error", "on_error"), ("wiht", "with"),
            ("whit", "with"), ("zzz", nil),
            ("", nil),
        ] as [(String, String?)]
    )
    func suggestions(_ typed: String, _ meant: String?) {
        #expect(NameSuggestion.closest(to: typed, in: ["plugin_name", "uses", "on_error", "with"]) == meant)
    }
}

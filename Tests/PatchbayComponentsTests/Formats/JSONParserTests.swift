import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct JSONParserTests {
    static let wide = FieldRequest(names: ["level", "n"], all: true)

    static func run(
        _ text: [UInt8],
        chunk: Int = 1 << 20,
        options: [String: ConfigNode] = [:],
        wanted: FieldRequest = wide,
        limit: Int = 16_384,
        continuesDiscarded: Bool = false
    ) throws -> (run: ParserRun, schema: Schema) {
        var parser = try JSONParser(.of(options))
        let schema = try parser.bind(wanted)
        let run = try ParserRun(
            &parser,
            schema: schema,
            text,
            chunk: chunk,
            recordLimit: limit,
            continuesDiscarded: continuesDiscarded
        )
        return (run, schema)
    }

    private func json(_ text: String) -> Value { .json(Bytes(text)) }
    private func entry(_ key: String, _ value: String) -> Value.Entry {
        Value.Entry((.utf8(Bytes(key)), json(value)))
    }

    @Test func membersBecomeColumnsAndTheRestAMap() throws {
        let line = #" {"a" : [1, {"b":"]"}] ,"level":"ERROR", "n": -1.5e3 ,"z":null}"# + "\r"
        let (run, schema) = try Self.run(Array((line + "\n").utf8))
        #expect(schema.fields.map(\.name) == ["level", "n", "rest"])
        #expect(run.texts == [line])
        #expect(run.records[0][1...2] == [json("\"ERROR\""), json("-1.5e3")])
        #expect(run.records[0][3] == .map([entry("a", #"[1, {"b":"]"}]"#), entry("z", "null")]))
        #expect(run.skipped.isEmpty)
    }

    @Test func missingMembersAreNullAndTheLastOfTwoWins() throws {
        let (run, _) = try Self.run(Array(#"{"level":1,"x":1,"level":2,"x":2}"#.utf8))
        #expect(run.records[0][1...2] == [json("2"), .null])
        #expect(run.records[0][3] == .map([entry("x", "1"), entry("x", "2")]))
    }

    @Test func keysAreComparedAfterTheirEscapes() throws {
        let (run, _) = try Self.run(Array(#"{"\u006cevel":1,"\ud83d\ude00":2,"a\"b":3,"\ud800":4}"#.utf8))
        #expect(run.records[0][1] == json("1"))
        #expect(run.records[0][3] == .map([entry("😀", "2"), entry("a\"b", "3"), entry("\u{FFFD}", "4")]))
    }

    @Test(arguments: [1, 7, 64, 100_000])
    func recordsAreTheSameWhereverChunksEnd(chunk: Int) throws {
        let text = """
            {"level":"a","n":1,"deep":{"x":[1,2,{"y":"\\""}]}}

            {"broken": }
            not json
            {"level":"ü","k":"\\u00fc"}
            [1]
            {}
            {"unclosed": "x
            {"n":12345678901234567890}
               \t
            {"last":
            """
        let whole = try Self.run(Array(text.utf8)).run
        #expect(whole.records.count == 4)
        #expect(whole.skipped.count == 6)
        #expect(whole.skipped.last?.hasSuffix("truncated") == true)
        for limit in [1, 3, 16_384] {
            let run = try Self.run(Array(text.utf8), chunk: chunk, limit: limit).run
            #expect(run == whole)
            #expect(run.consumed == text.utf8.count)
        }
    }

    @Test func invalidLinesHitOnlyThemselves() throws {
        let bad = [
            "{\"a\":\"\u{1}\"}", "{\"a\":\"x}", "{'a':1}", "nul", "{\"a\":1}}", "{\"a\":01}", "{\"a\":1 2}", "\\", "\"",
        ]
        for line in bad {
            let text = "{\"n\":1}\n" + line + "\n{\"n\":2}\n"
            let run = try Self.run(Array(text.utf8)).run
            #expect(run.texts == ["{\"n\":1}", "{\"n\":2}"], "\(line)")
            #expect(run.skipped == ["8 \(8 + line.utf8.count + 1) invalid"], "\(line)")
        }
        let invalidUTF8 = Array("{\"n\":1}\n{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}\n{\"n\":2}".utf8)
        #expect(try Self.run(invalidUTF8).run.texts == ["{\"n\":1}", "{\"n\":2}"])
    }

    @Test func declaredTypes() throws {
        let options: [String: ConfigNode] = [
            "fields": ["t": "utf8", "w": "word", "i": "int64", "f": "float64", "b": "bool", "j": "json"]
        ]
        let text = #"""
            {"t":"plain","w":"A","i":-9223372036854775808,"f":0.1,"b":true,"j":{"x":1}}
            {"t":"a\nb","w":"\u0042","i":9223372036854775807,"f":1e400,"b":false,"j":null}
            {"t":1,"w":2,"i":1.5,"f":"1","b":0}
            {"i":9223372036854775808,"f":-12}
            """#
        let (run, schema) = try Self.run(Array(text.utf8), options: options, wanted: .everything)
        let order = options["fields"]!.entries.map(\.key)
        #expect(schema.fields.map(\.name) == order + ["rest"])
        func row(_ number: Int, _ name: String) -> Value { run.records[number][1 + order.firstIndex(of: name)!] }
        #expect(row(0, "t") == .utf8(Bytes("plain")) && row(1, "t") == .utf8(Bytes("a\nb")) && row(2, "t") == .null)
        #expect(row(0, "w") == .utf8(Bytes("A")) && row(1, "w") == .utf8(Bytes("B")) && row(2, "w") == .null)
        #expect(row(0, "i") == .int64(.min) && row(1, "i") == .int64(.max))
        #expect(row(2, "i") == .null && row(3, "i") == .null)
        #expect(row(0, "f") == .float64(0.1) && row(1, "f") == .null && row(2, "f") == .null)
        #expect(row(3, "f") == .float64(-12))
        #expect(row(0, "b") == .bool(true) && row(1, "b") == .bool(false) && row(2, "b") == .null)
        #expect(row(0, "j") == json(#"{"x":1}"#) && row(1, "j") == json("null") && row(2, "j") == .null)
    }

    @Test func timesInTheirFormats() throws {
        let cases: [(String, String, Int64?)] = [
            ("rfc3339", "\"2026-01-31T14:15:16.123456Z\"", 1_769_868_916_123_456_000),
            ("rfc3339", "\"2026-01-31 14:15:16+02:00\"", 1_769_861_716_000_000_000),
            ("rfc3339", "\"1969-12-31T23:59:59.999999999\"", -1),
            ("rfc3339", "\"2026-02-30T00:00:00Z\"", nil), ("rfc3339", "12", nil), ("rfc3339", "\"\"", nil),
            ("s", "1.5", 1_500_000_000), ("ms", "\"-1\"", -1_000_000), ("us", "1", 1000), ("ns", "7.9", 7),
            ("s", "9223372037", nil), ("s", "1e3", nil), ("s", "true", nil),
        ]
        for (format, value, expected) in cases {
            let options: [String: ConfigNode] = ["time": ["field": "ts", "format": .init(.string(format))]]
            let (run, schema) = try Self.run(Array("{\"ts\":\(value)}".utf8), options: options, wanted: .none)
            #expect(schema.hasTime)
            #expect(run.records[0][1] == expected.map { .timestamp($0) } ?? .null, "\(format) \(value)")
        }
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array("{\"a\":".utf8) + Array(repeating: UInt8(ascii: "["), count: depth)
                + Array(repeating: UInt8(ascii: "]"), count: depth) + [UInt8(ascii: "}")]
        }
        #expect(try Self.run(nested(128) + [10]).run.records.count == 1)
        #expect(try Self.run(nested(129) + [10]).run.skipped == ["0 265 invalid"])
        #expect(try Self.run(nested(1_000_000) + [10]).run.records.isEmpty)
    }

    @Test func linesLargerThanTheScannersWindow() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 700_000) + "\",\"n\":1}"
        let text = "{\"n\":0}\n" + long + "\n" + long + "\n{\"n\":3}"
        let run = try Self.run(Array(text.utf8)).run
        #expect(run.records.map { $0[2] } == [json("0"), json("1"), json("1"), json("3")])
    }

    @Test(arguments: [1, 5, 100])
    func theRestOfADiscardedLineIsReported(chunk: Int) throws {
        let run = try Self.run(Array("\"n\":1}\n{\"n\":2}\n".utf8), chunk: chunk, continuesDiscarded: true).run
        #expect(run.texts == ["{\"n\":2}"])
        #expect(run.skipped == ["0 7 too_large"])
    }

    @Test(arguments: [1, 2, 3, 100])
    func aByteOrderMarkIsPassedOver(chunk: Int) throws {
        let run = try Self.run([0xEF, 0xBB, 0xBF] + Array("{\"n\":1}\n{}".utf8), chunk: chunk).run
        #expect(run.texts == ["{\"n\":1}", "{}"])
        #expect(run.skipped == ["0 3 blank"])
    }

    @Test func wrongOptionsAreExplained() {
        #expect(throws: PluginError.self) { try JSONParser(.of(["fields": ["a": "int"]])) }
        #expect(throws: PluginError.self) { try JSONParser(.of(["fields": ["rest": "utf8"]])) }
        #expect(throws: PluginError.self) { try JSONParser(.of(["time": ["format": "s"]])) }
        #expect(throws: PluginError.self) { try JSONParser(.of(["time": ["field": "a", "format": "x"]])) }
        #expect(throws: PluginError.self) { try JSONParser(.of(["time": ["field": "a", "zone": "x"]])) }
    }
}

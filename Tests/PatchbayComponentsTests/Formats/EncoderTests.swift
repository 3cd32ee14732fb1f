import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

/// Batches and what a format makes of them.
enum Encoding {
    /// A batch of `rows`, in the order of the fields; `times` make the time column.
    static func batch(
        _ fields: [Field],
        _ rows: [[Value]],
        times: [Int64?]? = nil,
        isOpen: Bool = false,
        listsTime: Bool = true,
        template: String? = nil
    ) -> Batch {
        let schema = Schema(
            fields: fields,
            hasTime: times != nil,
            listsTime: listsTime,
            isOpen: isOpen,
            textTemplate: template,
            recordSuffix: [10]
        )
        let builder = BatchBuilder(schema: schema)
        for (number, row) in rows.enumerated() {
            for (column, value) in zip(builder.fields, row) { column.append(value) }
            if let times { builder.time?.append(times[number].map { .timestamp($0) } ?? .null) }
            builder.value.append(copying: Bytes("record \(number)").span)
        }
        return builder.finish()
    }

    static func text(_ batch: Batch, _ options: [String: ConfigNode] = [:], isTerminal: Bool = false) throws -> String {
        let format = try OutputFormat(.of(options), isTerminal: isTerminal)
        var encoder = try format.makeEncoder(for: batch.schema)
        var output = ByteBuffer()
        try encoder.encodeHeader(into: &output)
        try encoder.encode(batch, into: &output)
        return String(decoding: output.span)
    }

    static func utf8(_ text: String) -> Value { .utf8(Bytes(text)) }
    static func json(_ text: String) -> Value { .json(Bytes(text)) }
}

@Suite struct EncoderTests {
    private let fields = [
        Field("n", .int64), Field("t", .utf8), Field("f", .float64), Field("b", .bool), Field("w", .word),
        Field("raw", .binary),
    ]
    private let time: Int64 = 1_769_868_916_000_001_000

    @Test func jsonOfAllTypes() throws {
        let rows: [[Value]] = [
            [
                .int64(.min), Encoding.utf8("a\"\\\n\u{1}ü😀"), .float64(0.1), .bool(true), Encoding.utf8("x"),
                .binary(Bytes("ok")),
            ],
            [.null, .null, .float64(.nan), .bool(false), .null, .binary(Bytes(copying: [0xFF, 0x00].span))],
        ]
        let batch = Encoding.batch(fields, rows, times: [time, nil])
        let lines = try Encoding.text(batch, ["format": "json"]).split(separator: "\n")
        #expect(
            lines.map(String.init) == [
                #"{"time":"2026-01-31T14:15:16.000001Z","n":-9223372036854775808,"t":"a\"\\\n\u0001ü😀","f":0.1,"b":true,"w":"x","raw":"ok"}"#,
                #"{"time":null,"n":null,"t":null,"f":null,"b":false,"w":null,"raw":{"base64":"/wA="}}"#,
            ]
        )
        for line in lines { #expect(ReferenceJSON.isObject(Array(line.utf8))) }
    }

    @Test func jsonWithoutFieldsIsTheValue() throws {
        #expect(
            try Encoding.text(Encoding.batch([], [[], []]), ["format": "json"])
                == "{\"value\":\"record 0\"}\n{\"value\":\"record 1\"}\n")
    }

    @Test func customTimesAreQuotedInJSON() throws {
        let batch = Encoding.batch([], [[]], times: [time], template: "{time}")
        let options: [String: ConfigNode] = ["format": "json", "time_format": "\"%H\"\\", "time_zone": "+02:00"]
        #expect(try Encoding.text(batch, options) == "{\"time\":\"\\\"16\\\"\\\\\",\"value\":\"record 0\"}\n")
    }

    @Test func timeIsLeftOutWhenItIsNotListedOrIsAField() throws {
        let batch = Encoding.batch([Field("n", .int64)], [[.int64(1)]], times: [time], listsTime: false)
        #expect(try Encoding.text(batch, ["format": "csv"]) == "n\n1\n")
        let selected = Encoding.batch([Field("time", .timestamp)], [[.timestamp(0)]], times: [time], template: "{time}")
        #expect(try Encoding.text(selected, ["format": "csv", "time_format": "%s"]) == "time\n0\n")
    }

    /// Lines of JSON that go through parser and encoder come out with the same members.
    @Test func jsonComesBackAsItWas() throws {
        let lines = [
            #"{"a":{"x":[1,2.50]},"level":"ERROR","\u0061b":"\u00e9","t\"q":null}"#, "{}", #"{"n":1e5,"level":null}"#,
        ]
        var parser = try JSONParser(.of([:]))
        let schema = try parser.bind(FieldRequest(names: ["level"], all: true))
        let bytes = Bytes(lines.joined(separator: "\n"))
        let input = ParseInput(buffer: bytes.buffer, start: 0, end: bytes.count, position: 0, isLast: true)
        let output = ParseOutput(schema: schema)
        output.begin(input, part: "x")
        _ = try parser.parse(input, into: output)
        let text = try Encoding.text(output.builder.finish(), ["format": "json"])
        #expect(
            text.split(separator: "\n").map(String.init) == [
                #"{"level":"ERROR","a":{"x":[1,2.50]},"ab":"\u00e9","t\"q":null}"#, "{}", #"{"level":null,"n":1e5}"#,
            ]
        )
    }

    @Test func csvQuotesOnlyWhereNeeded() throws {
        let values = ["plain", "a,b", "say \"x\"", "two\nlines", " space ", "", "semi;colon", "cr\r"]
        let rows = values.map { [Encoding.utf8($0), Value.int64(1)] }
        let batch = Encoding.batch([Field("a,\"b\"", .utf8), Field("n", .int64)], rows)
        let text = try Encoding.text(batch, ["format": "csv"])
        #expect(
            text
                == "\"a,\"\"b\"\"\",n\nplain,1\n\"a,b\",1\n\"say \"\"x\"\"\",1\n\"two\nlines\",1\n space ,1\n,1\nsemi;colon,1\n\"cr\r\",1\n"
        )
        let german = try Encoding.text(batch, ["format": "csv", "delimiter": ";", "header": false, "crlf": true])
        #expect(german.hasPrefix("plain;1\r\na,b;1\r\n") && german.contains("\"semi;colon\";1\r\n"))
        let single = Encoding.batch([Field("t", .utf8)], [[Encoding.utf8("")], [.null]])
        #expect(try Encoding.text(single, ["format": "csv"]) == "t\n\"\"\n\"\"\n")
        for delimiter in ["", "ab", "\"", "\n", "ü"] {
            #expect(throws: PluginError.self) {
                try OutputFormat(.of(["delimiter": .init(.string(delimiter))]), isTerminal: false)
            }
        }
    }

    /// A reader that does what Python's `csv` module does with its default dialect.
    private func readCSV(_ text: String) -> [[String]] {
        var rows: [[String]] = [[]]
        var field = ""
        var isQuoted = false
        var isAfterQuote = false
        for scalar in text.unicodeScalars {
            if isQuoted {
                if scalar == "\"" {
                    isQuoted = false
                    isAfterQuote = true
                } else {
                    field.unicodeScalars.append(scalar)
                }
                continue
            }
            switch scalar {
            case "\"" where isAfterQuote:
                field.unicodeScalars.append(scalar)
                isQuoted = true
            case "\"" where field.isEmpty: isQuoted = true
            case ",":
                rows[rows.count - 1].append(field)
                field = ""
            case "\n":
                rows[rows.count - 1].append(field)
                field = ""
                rows.append([])
            default: field.unicodeScalars.append(scalar)
            }
            isAfterQuote = false
        }
        return rows.dropLast()
    }

    @Test func anyTextComesBackFromCSV() throws {
        var numbers = Numbers(seed: 9)
        let pieces = ["a", "\"", ",", "\n", "\r", " ", "ü", "\t", ";", ""]
        for _ in 0..<200 {
            let rows = (0..<5).map { _ in
                (0..<3).map { _ in
                    (0..<Int.random(in: 0...4, using: &numbers)).map { _ in pieces.randomElement(using: &numbers) ?? ""
                    }
                    .joined()
                }
            }
            let batch = Encoding.batch(
                ["x", "y", "z"].map { Field($0, .utf8) },
                rows.map { $0.map(Encoding.utf8) }
            )
            #expect(readCSV(try Encoding.text(batch, ["format": "csv", "header": false])) == rows)
        }
    }

    @Test func rawIsTheOriginal() throws {
        let batch = Encoding.batch([Field("n", .int64)], [[.int64(1)], [.null]])
        #expect(try Encoding.text(batch, ["format": "raw"]) == "record 0\nrecord 1\n")
    }

    @Test func numbersAreWrittenAsShortAsTheyReadBack() {
        var numbers = Numbers(seed: 4)
        for _ in 0..<5000 {
            let number = Double(bitPattern: numbers.next())
            guard number.isFinite else { continue }
            var output = ByteBuffer()
            output.append(shortest: number)
            #expect(String(decoding: output.span) == number.description)
        }
    }

    @Test func base64() {
        let expected = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE="]
        for (text, code) in expected {
            var output = ByteBuffer()
            output.append(base64: Bytes(text).span)
            #expect(String(decoding: output.span) == code)
        }
    }
}

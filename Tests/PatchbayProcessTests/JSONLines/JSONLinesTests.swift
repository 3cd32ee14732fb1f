import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

/// One field of each type.
private let everything = Schema(
    fields: [
        Field("i", .int64), Field("f", .float64), Field("b", .bool), Field("u", .utf8), Field("raw", .binary),
        Field("w", .word), Field("level", .word, order: ["low", "high"]), Field("at", .timestamp), Field("j", .json),
        Field("m", .map(json: false)), Field("mj", .map(json: true)),
    ], hasKey: true, hasTime: true)

private func answer(_ text: String, _ fields: HTTPFields = [:]) -> ProcessAnswer {
    ProcessAnswer(fields: fields, body: Bytes(text))
}

private func read(_ text: String, _ schema: Schema = everything) throws -> RecordsAnswer {
    try JSONLinesCoding(memoryLimit: 1 << 24).records(answer(text), of: schema, showing: Bytes(""))
}

private func lines(_ batch: Batch) throws -> String {
    try JSONLinesCoding(memoryLimit: 1 << 24).body(of: batch).text
}

@Suite struct JSONLinesTests {
    static let line =
        #"{"key":"k","value":"a\"\u00e9\n","time":"2026-11-21T00:12:13.290395001Z","i":-5,"f":0.5,"b":true,"#
        + #""u":"","raw":{"$base64":"AP8="},"w":"x","level":"high","at":"1969-12-31T23:59:59.999999999Z","#
        + #""j":{"a":[1,null]},"m":{"p":"q","n":null},"mj":{"z":[true]}}"#

    @Test func whatIsReadIsWrittenAgain() throws {
        let batch = try #require(try read(Self.line + "\n\n" + #"{}"# + "\r\n").batches.first)
        #expect(batch.count == 2)
        #expect(texts(batch.value) == ["a\"é\n", ""] && !batch.value.isValid(1))
        #expect(batch.fields[7].value(0) == .timestamp(-1))
        #expect(texts(batch.fields[8])[0] == #"{"a":[1,null]}"#)
        #expect(Array(texts(batch.fields[4])[0].utf8).first == 0)
        let again = try lines(batch)
        #expect(again == Self.line.replacingEscape + "\n{}\n")
        #expect(try lines(try #require(try read(again).batches.first)) == again)
    }

    @Test func jsonOfAColumnStaysOneLine() throws {
        let schema = Schema(fields: [Field("j", .json)])
        let builder = BatchBuilder(schema: schema)
        for text in ["{\"a\":\n 1}", "{\"a\":", "1 2", "\u{1}"] {
            builder.fields[0].append(copying: Bytes(text).span)
            builder.value.appendNull()
        }
        #expect(
            try lines(builder.finish()) == #"""
                {"j":{"a":  1}}
                {"j":"{\"a\":"}
                {"j":"1 2"}
                {"j":"\u0001"}

                """#)
    }

    @Test func numbersThatJSONDoesNotHaveAreLeftOut() throws {
        let builder = BatchBuilder(schema: Schema(fields: [Field("f", .float64), Field("value", .int64)]))
        for number in [Double.nan, .infinity, 1e300] {
            builder.fields[0].append(float64: number)
            builder.fields[1].append(int64: 1)
            builder.value.append(copying: Bytes("hidden by the field").span)
        }
        #expect(try lines(builder.finish()) == "{\"value\":1}\n{\"value\":1}\n{\"f\":1e+300,\"value\":1}\n")
    }

    static let wrong = [
        "x", "[]", "1", "null", #"{"i":1"#, #"{"i":1}}"#, #"{"i":1},"#, #"{"i":1.5}"#, #"{"i":"1"}"#,
        #"{"i":9223372036854775808}"#, #"{"f":1e999}"#, #"{"f":.5}"#, #"{"f":01}"#, #"{"b":1}"#, #"{"b":tru}"#,
        #"{"u":1}"#, #"{"u":"a}"#, #"{"u":"\x"}"#, #"{"u":"\u12"}"#, #"{"u":{"$base64":"A"}}"#, #"{"u":{"a":"AA=="}}"#,
        #"{"u":{"$base64":1}}"#, #"{"u":{}}"#, #"{"level":"middle"}"#, #"{"at":"yesterday"}"#, #"{"at":5}"#,
        #"{"at":"2026-02-30T00:00:00Z"}"#, #"{"at":"2600-01-01T00:00:00Z"}"#, #"{"at":"2026-01-01T00:00:00+24:00"}"#,
        #"{"j":{"a":}}"#, #"{"j":[1,]}"#, #"{"m":[]}"#, #"{"m":{"a":1}}"#, #"{"mj":{"a":}}"#, #"{"i":1,"i":2}"#,
        #"{"other":1}"#, #"{"i":1,}"#, #"{,}"#, #"{"i" 1}"#, #"{i:1}"#, "{\"u\":\"a\u{1}\"}",
        #"{"$error":"x"}"#, #"{"$region":{"position":-1,"length":1,"reason":"damage"}}"#,
        #"{"$region":{"position":0,"length":0,"reason":"damage"}}"#, #"{"$region":{"position":0,"length":1}}"#,
        #"{"$region":{"position":0,"length":1,"reason":"A B"}}"#, #"{"$region":1,"i":2}"#,
        #"{"$region":{"position":9223372036854775807,"length":1,"reason":"damage"}}"#,
        String(repeating: "[", count: 100_000), #"{"j":"# + String(repeating: "[", count: 100_000),
        #"{"j":"# + String(repeating: #"{"a":"#, count: 100_000),
    ]

    @Test(arguments: wrong) func aLineThatIsNoRecordIsNonsense(_ line: String) throws {
        let error = thrown { _ = try read("{}\n" + line + "\n{}") }
        #expect(error?.code == .invalidResult)
        #expect(error?.message.hasPrefix("line 2: ") == true)
    }

    @Test func anythingElseIsRefusedToo() throws {
        // Every cut and many changed bytes of a good line: an error or records, never a trap.
        let bytes = Array((Self.line + "\n" + #"{"$region":{"position":1,"length":2,"reason":"blank"}}"#).utf8)
        for end in 0..<bytes.count { _ = try? read(String(decoding: bytes[..<end], as: UTF8.self)) }
        var state: UInt64 = 1
        for _ in 0..<5000 {
            var changed = bytes
            for _ in 0..<2 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                changed[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            let buffer = Buffer(capacity: changed.count)
            for (index, byte) in changed.enumerated() { buffer.store(byte, at: index) }
            let body = Bytes(buffer, at: 0, count: changed.count)
            let coding = JSONLinesCoding(memoryLimit: 1 << 20)
            if let found = try? coding.records(
                ProcessAnswer(fields: [:], body: body), of: everything, showing: Bytes(""))
            {
                for batch in found.batches { _ = try lines(batch) }
            }
        }
    }

    @Test func shortLinesCannotAskForMuchMemory() throws {
        let coding = JSONLinesCoding(memoryLimit: 1 << 20)
        let text = String(repeating: "{}\n", count: 100_000)
        let error = thrown { _ = try coding.records(answer(text), of: everything, showing: nil) }
        #expect(error?.message.contains("records of 14 columns in one answer") == true)
    }

    @Test func times() {
        let times: [(String, Int64?)] = [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01t01:00:00.5+01:00", 500_000_000),
            ("2262-04-11T23:47:16.854775807Z", .max), ("1677-09-21T00:12:43.145224192Z", .min),
            ("2262-04-11T23:47:16.854775808Z", nil), ("1677-09-21T00:12:43.145224191Z", nil),
            ("2024-02-29T12:00:00-00:30", 1_709_209_800_000_000_000), ("2023-02-29T12:00:00Z", nil),
            ("2024-01-01T00:00:00.Z", nil), ("2024-01-01T00:00:00", nil), ("2024-01-01 00:00:00Z", nil),
            ("2024-01-01T24:00:00Z", nil), ("2024-01-01T00:00:00.1234567891Z", 1_704_067_200_123_456_789),
        ]
        for (text, nanoseconds) in times {
            let bytes = Bytes(text)
            #expect(TimestampText.nanoseconds(bytes.span) == nanoseconds, "\(text)")
        }
        var state: UInt64 = 7
        for _ in 0..<10_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var output = ByteBuffer()
            let time = Int64(bitPattern: state)
            TimestampText.append(time, to: &output)
            let text = output.finish()
            #expect(TimestampText.nanoseconds(text.span) == time)
        }
    }
}

@Suite struct JSONRoleTests {
    @Test func aFilterSaysTrueFalseOrWhyNot() throws {
        let process = PeerProcess(encodings: [.json]) { request in
            guard request.target == "filter" else { return goodManners(request) }
            let expected = """
                {"value":"v0","n":0,"text":"text 0"}
                {"value":"v1","n":1,"text":"text 1"}
                {"value":"v2","n":2,"text":"text 2"}

                """
            guard request.body.text == expected, request.fields["Content-Type"] == Wire.jsonLines else {
                return .json(request.body.text, status: 400)
            }
            return request.earlier == 0 ? .json("true\nfalse\n{\"$error\": \"no\"}\n") : .json("true\nfalse\n")
        }
        let filter = try process.filter()
        var selection = Selection(count: 3, all: false)
        try filter.filter(peerBatch(3), into: &selection)
        #expect([selection[0], selection[1], selection[2]] == [true, false, false])
        #expect(filter.takeFailures().entries.map(\.error.message) == ["no"])
        let error = thrown { try filter.filter(peerBatch(3), into: &selection) }
        #expect(error?.message.contains("2 lines for 3 records") == true)
    }

    static func transform(_ text: String) throws -> TransformOutput {
        let process = PeerProcess(encodings: [.json]) { request in
            request.target == "transform" ? .json(text) : goodManners(request)
        }
        var output = TransformOutput()
        try process.transform().transform(peerBatch(4), into: &output)
        return output
    }

    @Test func aTransformSaysWhatBecameOfEachRecord() throws {
        let output = try Self.transform(
            """
            {"n": 1, "text": "one"}
            null
            [{"n": 2}, {"n": 3}, {"n": 4}]
            {"$error": "why not"}
            """)
        #expect(output.batches.count == 1 && texts(output.batches[0].fields[1]) == ["one", "", "", ""])
        #expect(output.dropped == 1 && output.added == 2)
        #expect(output.rejections.entries.map(\.row) == [3])
        let none = try Self.transform("[]\nnull\n[]\n{\"$error\": 1}")
        #expect(none.batches.isEmpty && none.dropped == 3 && none.rejections.entries.count == 1)
    }

    @Test(arguments: [
        "", "null\nnull\nnull", "null\nnull\nnull\nnull\nnull", "null\nnull\nnull\n[null]", "null\nnull\nnull\n[[]]",
        "null\nnull\nnull\ntrue", "null\nnull\nnull\n[{}", "null\nnull\nnull\n{} {}", "null\nnull\nnull\n{\"x\":1}",
    ]) func anotherAnswerIsNonsense(_ text: String) throws {
        #expect(thrown { _ = try Self.transform(text) }?.code == .invalidResult)
    }

    @Test(arguments: ["", "null\nnull\n{\"$error\": \"no\"}"]) func noLinesOrOneForEach(_ text: String) throws {
        let process = PeerProcess(encodings: [.json]) { request in
            request.target == "accumulate"
                ? .json(text) : request.target == "finish" ? .json(#"{"n": 5}"#) : goodManners(request)
        }
        let sums = try process.aggregate()
        var rejections = Rejections()
        try sums.accumulate(peerBatch(3), rejections: &rejections)
        #expect(rejections.entries.map(\.row) == (text.isEmpty ? [] : [2]))
        #expect(try sums.finish().map { $0.fields[0].value(0) } == [.int64(5)])
    }

    @Test func aParserGivesRecordsAndRegions() throws {
        let text =
            #"{"n": 1, "text": "alpha", "value": "alpha\n"}"# + "\n"
            + #"{"$region": {"position": 106, "length": 5, "reason": "invalid"}}"# + "\n"
        let (result, output) = try Self.parse(text)
        #expect(result.consumed == 18)
        #expect(texts(output.builder.finish().value) == ["alpha\n"])
        #expect(output.skipped.map(\.length) == [5])
        #expect(thrown { _ = try Self.parse(#"{"$error": "no"}"#) }?.code == .invalidResult)
    }

    static func parse(_ text: String) throws -> (ParseResult, ParseOutput) {
        let process = PeerProcess(encodings: [.json]) { request in
            request.target == "parse"
                ? .answer(200, [WireHeader.consumed: "18"], Bytes(text)) : goodManners(request)
        }
        let parser = try process.parser()
        let output = ParseOutput(schema: parser.schema)
        let input = ParseInput(
            buffer: ProcessParserTests.text.buffer, start: 0, end: 18, position: 100, isLast: true)
        output.begin(input, part: "")
        return (try parser.parse(input, into: output), output)
    }
}

extension String {
    /// The escape of the test's line as it is written.
    fileprivate var replacingEscape: String { split(separator: #"\u00e9"#).joined(separator: "é") }
}

import PatchbayCore
import PatchbayFrame
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

/// Rejections as a frame.
func errors(_ rows: [(Int, String)]) -> Batch {
    let builder = BatchBuilder(schema: AnswerParts.errorsSchema)
    for (row, message) in rows {
        builder.fields[0].append(int64: Int64(row))
        builder.fields[1].append(copying: Bytes(message).span)
        builder.value.appendNull()
    }
    return builder.finish()
}

func texts(_ column: Column) -> [String] { (0..<column.count).map { String(decoding: column.bytes($0)) } }

/// What `body` throws.
func thrown(_ body: () throws -> Void) -> PluginError? {
    do {
        try body()
        return nil
    } catch {
        return error as? PluginError
    }
}

@Suite struct ProcessFilterTests {
    @Test func theRowsThatStayAndThoseThatFail() throws {
        let process = PeerProcess { request in
            guard request.target == "filter" else { return goodManners(request) }
            var selection = Selection(count: 3, all: true)
            selection[1] = false
            return .frames(
                [("selection", AnswerParts.batch(selection)), ("errors", errors([(2, "no number")]))],
                [WireHeader.flags: "saturated"])
        }
        let filter = try process.filter()
        var selection = Selection(count: 3, all: false)
        try filter.filter(peerBatch(3), into: &selection)
        #expect([selection[0], selection[1], selection[2]] == [true, false, false])
        #expect(filter.isSaturated)
        let failures = filter.takeFailures()
        #expect(failures.entries.map(\.row) == [2] && failures.entries[0].error.message == "no number")
        #expect(filter.takeFailures().entries.isEmpty)
    }

    @Test func onlyWantedColumnsAreSent() throws {
        let process = PeerProcess { request in
            switch request.target {
            case "bind": return .json(#"{"output": null, "wanted": {"names": ["n"]}}"#)
            case "filter":
                var reader = FrameReader()
                guard let batch = try? reader.read(request.body), batch.schema.fields.count == 2,
                    !batch.value.isValid(0), !batch.fields[1].isValid(0), batch.fields[0].value(2) == .int64(2)
                else { return .json("", status: 400) }
                return everyRow(3)
            default: return goodManners(request)
            }
        }
        let filter = try process.filter()
        #expect(try ProcessSessionTests.filter(filter) == 3)
    }

    static let wrong: [PeerAnswer] = [
        everyRow(2), everyRow(4), .ok, .json("{}"), .frames([("errors", errors([(0, "x")]))]),
        .frames([("selection", errors([(0, "x"), (1, "x"), (2, "x")]))]),
        .frames([("records", peerBatch(3))]), .frames([("verdict", peerBatch(3))]),
        .frames([
            ("selection", AnswerParts.batch(Selection(count: 3, all: true))), ("errors", errors([(3, "beyond")])),
        ]),
        .frames([
            ("selection", AnswerParts.batch(Selection(count: 3, all: true))),
            ("errors", errors([(1, "a"), (0, "not in order")])),
        ]),
        .answer(200, [WireHeader.parts: "selection"], Bytes("")),
        .answer(200, [WireHeader.parts: "selection"], Bytes(String(repeating: "x", count: 200))),
        .answer(200, [WireHeader.parts: "selection, selection"], Bytes("")),
    ]

    @Test(arguments: wrong.indices) func aWrongAnswerEndsTheProcess(_ index: Int) throws {
        let process = PeerProcess { request in
            request.target == "filter"
                ? request.earlier == 0 ? Self.wrong[index] : everyRow(3) : goodManners(request)
        }
        let filter = try process.filter()
        #expect(thrown { _ = try ProcessSessionTests.filter(filter) }?.code == .invalidResult)
        #expect(process.faults.count == 1)
        #expect(try ProcessSessionTests.filter(filter) == 3)
    }

    @Test func bytesBehindTheLastFrameAreNonsense() throws {
        let process = PeerProcess { request in
            guard request.target == "filter" else { return goodManners(request) }
            guard case .answer(let status, let fields, let body) = everyRow(3) else { return .ok }
            var longer = ByteBuffer()
            longer.append(body.span)
            longer.append(repeating: 0, count: 8)
            return .answer(status, fields, longer.finish())
        }
        let filter = try process.filter()
        let error = thrown { _ = try ProcessSessionTests.filter(filter) }
        #expect(error?.message.contains("8 bytes follow the last frame") == true)
    }
}

@Suite struct ProcessTransformTests {
    static func run(_ answer: @escaping @Sendable (PeerRequest) -> PeerAnswer) throws -> TransformOutput {
        let process = PeerProcess { $0.target == "transform" ? answer($0) : goodManners($0) }
        let transform = try process.transform()
        var output = TransformOutput()
        let input = peerBatch(4)
        let placed = Batch(
            schema: input.schema, count: 4, value: input.value, fields: input.fields,
            origin: Origin(part: "a.log", position: 0))
        try transform.transform(placed, into: &output)
        return output
    }

    @Test func recordsErrorsAndCounts() throws {
        let output = try Self.run { _ in
            .frames(
                [("records", peerBatch(2)), ("records", peerBatch(2, from: 7)), ("errors", errors([(1, "bad")]))],
                [WireHeader.dropped: "1", WireHeader.added: "2"])
        }
        #expect(output.batches.map(\.count) == [2, 2])
        #expect(texts(output.batches[1].fields[1]) == ["text 7", "text 8"])
        #expect(output.dropped == 1 && output.added == 2 && output.rejections.entries.count == 1)
        #expect(output.batches[0].origin?.part == "a.log" && output.batches[0].origin?.position == nil)
    }

    @Test func whatIsHandedOnShowsTheBytesOfTheRequest() throws {
        let output = try Self.run { request in
            var reader = FrameReader()
            guard let batch = try? reader.read(request.body) else { return .ok }
            let answer = PeerAnswer.frames([("records", batch)], showing: request.body)
            guard case .answer(_, _, let body) = answer, body.count < request.body.count + 64 else { return .ok }
            return answer
        }
        #expect(texts(output.batches[0].fields[1]) == ["text 0", "text 1", "text 2", "text 3"])
        #expect(texts(output.batches[0].value) == ["v0", "v1", "v2", "v3"])
    }

    @Test func moreIsAskedForUntilThereIsNone() throws {
        let output = try Self.run { request in
            .frames(
                [("records", peerBatch(2, from: 2 * request.earlier))],
                request.earlier == 0 ? [WireHeader.flags: "more"] : [:])
        }
        #expect(output.batches.flatMap { texts($0.value) } == ["v0", "v1", "v2", "v3"])
    }

    static let wrong: [PeerAnswer] = [
        .frames([("records", peerBatch(3))]), .frames([("records", peerBatch(5))]), .ok,
        .frames([("records", peerBatch(3))], [WireHeader.dropped: "2"]),
        .frames([("records", peerBatch(3))], [WireHeader.dropped: "-1"]),
        .frames([("records", peerBatch(3))], [WireHeader.dropped: "18446744073709551615"]),
        .frames([("records", peerBatch(5))], [WireHeader.added: "18446744073709551615"]),
        .frames([("records", peerBatch(4)), ("errors", errors([(1, "both")]))]),
        .frames([("records", errors([(0, "other fields")])), ("records", peerBatch(3))]),
        .frames([("records", peerBatch(4)), ("regions", AnswerParts.batch([]))]),
        .frames([], [WireHeader.flags: "more"]),
    ]

    @Test(arguments: wrong.indices) func aRecordThatIsNowhereIsNonsense(_ index: Int) throws {
        #expect(thrown { _ = try Self.run { _ in Self.wrong[index] } }?.code == .invalidResult)
    }

    @Test func aBatchThatBreaksOffInTheMiddleGivesNothingTwice() throws {
        let process = PeerProcess { request in
            guard request.target == "transform" else { return goodManners(request) }
            switch request.earlier {
            case 1: return .close
            default: return .frames([("records", peerBatch(2))], [WireHeader.flags: "more"])
            }
        }
        let transform = try process.transform()
        var output = TransformOutput()
        #expect(thrown { try transform.transform(peerBatch(4), into: &output) }?.code == .crashed)
    }
}

@Suite struct ProcessParserTests {
    static let text = Bytes("alpha\nbeta\n\ngamma\n")

    /// An answer whose values are the lines of the request.
    static func lines(_ body: Bytes, _ fields: HTTPFields) -> PeerAnswer {
        let builder = BatchBuilder(schema: peerSchema)
        builder.begin(viewing: body.buffer)
        var start = 0
        for index in 0..<body.count where body.span[index] == 0x0A {
            if index > start {
                builder.fields[0].append(int64: Int64(index - start))
                builder.fields[1].append(body.offset + start..<body.offset + index, of: body.buffer)
                builder.value.append(body.offset + start..<body.offset + index + 1, of: body.buffer)
            }
            start = index + 1
        }
        return .frames([("records", builder.finish())], fields, showing: body)
    }

    static func parse(
        limit: Int = 100, _ answer: @escaping @Sendable (PeerRequest) -> PeerAnswer
    ) throws -> (ParseResult, ParseOutput) {
        let process = PeerProcess { $0.target == "parse" ? answer($0) : goodManners($0) }
        let parser = try process.parser()
        let output = ParseOutput(schema: parser.schema, recordLimit: limit)
        let buffer = Buffer(capacity: 64)
        buffer.write(text.span, at: 5)
        let input = ParseInput(buffer: buffer, start: 5, end: 5 + text.count, position: 100, isLast: true)
        output.begin(input, part: "a.log")
        let result = try parser.parse(input, into: output)
        return (result, output)
    }

    @Test func recordsShowTheChunk() throws {
        let (result, output) = try Self.parse { request in
            guard request.fields[WireHeader.position] == "100", request.fields[WireHeader.limit] == "100",
                request.fields[WireHeader.flags] == "last", request.body.text == Self.text.text
            else { return .json("", status: 400) }
            guard
                case .answer(let status, let fields, let body) = Self.lines(
                    request.body, [WireHeader.consumed: "18", WireHeader.flags: "still-discarding"])
            else { return .ok }
            return .answer(status, fields, body)
        }
        #expect(result == ParseResult(consumed: 18, isStillDiscarding: true))
        let batch = output.builder.finish()
        #expect(texts(batch.value) == ["alpha\n", "beta\n", "gamma\n"])
        #expect(texts(batch.fields[1]) == ["alpha", "beta", "gamma"])
        #expect(batch.position(of: 1) == 106 && batch.origin?.part == "a.log")
    }

    @Test func severalFramesBecomeOneBatch() throws {
        let (_, output) = try Self.parse { _ in
            .frames(
                [
                    ("records", peerBatch(2)), ("records", peerBatch(1, from: 5)),
                    (
                        "regions",
                        AnswerParts.batch([SkippedRegion(position: 111, length: 1, reason: .blank)])
                    ),
                ], [WireHeader.consumed: "18"])
        }
        #expect(texts(output.builder.finish().value) == ["v0", "v1", "v5"])
        #expect(output.skipped.map(\.position) == [111] && output.skipped[0].reason == .blank)
    }

    static func region(_ position: UInt64, _ length: UInt64, _ reason: String = "damage") -> PeerAnswer {
        .frames(
            [
                (
                    "regions",
                    AnswerParts.batch([SkippedRegion(position: position, length: length, reason: SkipReason(reason))])
                )
            ],
            [WireHeader.consumed: "18"])
    }

    static let wrong: [PeerAnswer] = [
        .ok, .fields([WireHeader.consumed: "19"]), .fields([WireHeader.consumed: "-1"]),
        .fields([WireHeader.consumed: "1e3"]), region(99, 1), region(100, 19), region(118, 1), region(110, 0),
        region(.max, 1), region(110, 1, "Not a word"), region(110, 1, ""),
        .frames([("records", peerBatch(101))], [WireHeader.consumed: "18"]),
        .frames([("records", errors([]))], [WireHeader.consumed: "18"]),
        .frames([("errors", errors([(0, "x")]))], [WireHeader.consumed: "18"]),
    ]

    @Test(arguments: wrong.indices) func aWrongAnswerIsNonsense(_ index: Int) throws {
        #expect(thrown { _ = try Self.parse { _ in Self.wrong[index] } }?.code == .invalidResult)
    }

    @Test func valuesOutsideOfTheChunkAreNonsense() throws {
        let longer = Bytes("alpha\nbeta\n\ngamma\nand more than the host has\n")
        let error = thrown { _ = try Self.parse { _ in Self.lines(longer, [WireHeader.consumed: "18"]) } }
        #expect(error?.code == .invalidResult && error?.message.contains("outside the bytes of the call") == true)
    }

    @Test func reasonsOfThePluginsOwnAreLimited() throws {
        let process = PeerProcess { request in
            guard request.target == "parse" else { return goodManners(request) }
            return Self.region(100, 1, "reason_\(request.earlier)")
        }
        let parser = try process.parser()
        let output = ParseOutput(schema: parser.schema)
        let input = ParseInput(
            buffer: Self.text.buffer, start: 0, end: Self.text.count, position: 100, isLast: false)
        var reasons: Set<String> = []
        for _ in 0..<40 {
            output.begin(input, part: "")
            _ = try parser.parse(input, into: output)
            reasons.insert(output.skipped[0].reason.name)
        }
        #expect(reasons.count == 33 && reasons.contains("other"))
    }

    @Test func aParserThatSplitsSaysSo() throws {
        let process = PeerProcess { request in
            switch request.target {
            case "create": .json(#"{"instance": 1, "splits": true}"#)
            case "boundary": .fields([WireHeader.consumed: request.fields[WireHeader.limit] == nil ? "12" : "0"])
            case "reset": .json("", status: 404)
            default: goodManners(request)
            }
        }
        let parser = try #require(try process.parser() as? ProcessSplittingParser)
        let input = ParseInput(buffer: Self.text.buffer, start: 0, end: 18, position: 0, isLast: false)
        #expect(try parser.boundary(input) == ParseResult(consumed: 12))
        parser.reset()
        #expect(process.faults.isEmpty)
    }
}

@Suite struct ProcessRoleTests {
    @Test func refusedRecordsOfAValidatorAndASink() throws {
        let process = PeerProcess { request in
            ["validate", "write"].contains(request.target)
                ? .frames([("errors", errors([(1, ""), (2, "too old")]))]) : goodManners(request)
        }
        var rejections = Rejections()
        guard case .validator(var validator) = try instance(process, .validator) else {
            throw PluginError(.internalError, "another role")
        }
        try validator.bind(peerSchema)
        try validator.validate(peerBatch(3), into: &rejections)
        #expect(rejections.entries.map(\.error.message) == ["the plugin refused it", "too old"])
        rejections.removeAll()
        guard case .sink(var sink) = try instance(process, .sink) else {
            throw PluginError(.internalError, "another role")
        }
        #expect(try sink.wanted(from: peerSchema) == .everything)
        try sink.bind(peerSchema)
        try sink.write(peerBatch(3), rejections: &rejections)
        try sink.flush()
        #expect(rejections.entries.map(\.row) == [1, 2])
    }

    @Test func anAggregateGivesItsResultsAtTheEnd() throws {
        let process = PeerProcess { request in
            switch request.target {
            case "accumulate": .ok
            case "finish":
                .frames(
                    [("records", peerBatch(1, from: request.earlier))],
                    request.earlier < 2 ? ["patchbay-flags": "more"] : [:])
            default: goodManners(request)
            }
        }
        let sums = try process.aggregate()
        var rejections = Rejections()
        try sums.accumulate(peerBatch(2), rejections: &rejections)
        #expect(try sums.finish().flatMap { texts($0.value) } == ["v0", "v1", "v2"])
    }

    @Test func aSourceGivesOneBatchAtATime() throws {
        let process = PeerProcess { request in
            guard request.target == "read-batch" else { return goodManners(request) }
            switch request.earlier {
            case 0: return .fields([WireHeader.flags: "nothing-yet"])
            case 1: return .frames([("records", peerBatch(1)), ("records", peerBatch(0)), ("records", peerBatch(2))])
            default: return .frames([("records", peerBatch(3))], [WireHeader.flags: "end"])
            }
        }
        guard case .source(var source) = try instance(process, .source) else {
            throw PluginError(.internalError, "another role")
        }
        _ = try source.bind(.everything)
        var said: [Int] = []
        for _ in 0..<6 {
            switch try source.read() {
            case .batch(let batch): said.append(batch.count)
            case .nothingYet: said.append(0)
            case .endOfInput: said.append(-1)
            }
        }
        #expect(said == [0, 1, 2, 3, -1, -1])
    }

    @Test func aSourceThatSaysNothingIsWrong() throws {
        for role in [Role.source, .byteSource] {
            let process = PeerProcess { $0.target.hasPrefix("read") ? .ok : goodManners($0) }
            let error: PluginError?
            switch try instance(process, role) {
            case .source(var source): error = thrown { _ = try source.read() }
            case .byteSource(var source):
                let buffer = Buffer(capacity: 64)
                var room = buffer.mutableSpan(of: UInt8.self, count: 64)
                do throws(PluginError) {
                    _ = try source.read(into: &room, mayWait: true)
                    error = nil
                } catch let failure {
                    error = failure
                }
            default: error = nil
            }
            #expect(error?.code == .invalidResult && error?.isFinal == true)
            #expect(error?.message.contains("its place in the input is lost") == true)
        }
    }

    @Test func aByteSourceFillsWhatItIsGiven() throws {
        let process = PeerProcess { request in
            guard request.target == "read-bytes" else { return goodManners(request) }
            guard request.fields[WireHeader.limit] == "65536" else { return .json("", status: 400) }
            switch request.earlier {
            case 0:
                return .answer(
                    200, [WireHeader.part: "a%20file", WireHeader.flags: "end-of-part"],
                    Bytes(String(repeating: "x", count: 100)))
            case 1: return .answer(200, [WireHeader.part: "b"], Bytes("yz"))
            default: return .fields([WireHeader.flags: "end"])
            }
        }
        guard case .byteSource(var source) = try instance(process, .byteSource) else {
            throw PluginError(.internalError, "another role")
        }
        let buffer = Buffer(capacity: 64)
        var said: [ReadResult] = []
        var parts: [String] = []
        for _ in 0..<6 {
            var room = buffer.mutableSpan(of: UInt8.self, count: 64)
            said.append(try source.read(into: &room, mayWait: false))
            parts.append(source.part)
        }
        #expect(said == [.bytes(64), .bytes(36), .endOfPart, .bytes(2), .endOfInput, .endOfInput])
        #expect(parts == ["a file", "a file", "a file", "b", "b", "b"])
    }

    @Test func moreBytesThanWereAskedForAreNonsense() throws {
        let process = PeerProcess { request in
            request.target == "read-bytes"
                ? .answer(200, [:], Bytes(String(repeating: "x", count: 65537))) : goodManners(request)
        }
        guard case .byteSource(var source) = try instance(process, .byteSource) else {
            throw PluginError(.internalError, "another role")
        }
        let buffer = Buffer(capacity: 64)
        var room = buffer.mutableSpan(of: UInt8.self, count: 64)
        var code: PluginError.Code?
        do throws(PluginError) { _ = try source.read(into: &room, mayWait: false) } catch { code = error.code }
        #expect(code == .invalidResult)
    }

    @Test func aCapabilityOfTheHostsOwnAnswers() throws {
        let process = PeerProcess { request in
            guard request.target == "answer" else { return goodManners(request) }
            return .answer(200, [:], Bytes("\(request.fields[WireHeader.operation] ?? ""): \(request.body.text)"))
        }
        let greeting = Capability(type: "greeting", name: "polite")
        let manifest = PluginManifest(name: "peer", summary: "", capabilities: [greeting])
        guard
            case .capability(var plugin) = try ProcessPlugin.instance(process, manifest, greeting, configuration())
        else { throw PluginError(.internalError, "another role") }
        var output = ByteBuffer()
        let input = Bytes("world")
        try plugin.call(greeting, operation: "say hello", input: input.span, output: &output)
        #expect(output.finish().text == "say%20hello: world")
        #expect(thrown { _ = try instance(process, .filter) } == nil)
        let other = Capability(type: "greeting", name: "rude")
        #expect(
            thrown { _ = try ProcessPlugin.instance(process, manifest, other, configuration()) }?.code == .unsupported)
    }

    @Test(
        arguments: [
            (#"{"confidence": 80, "options": {"format": "syslog"}}"#, 80), (#"{"confidence": 101}"#, nil),
            ("", nil), (#"{"error": {"code": "unsupported", "message": "no"}}"#, 0),
        ] as [(String, Int?)]) func recognition(_ text: String, _ expected: Int?) throws
    {
        let process = PeerProcess { request in
            request.target == "recognize"
                ? .json(text, status: expected == 0 ? 404 : 200) : goodManners(request)
        }
        let parser = Capability(.parser, name: "peer")
        var found: Int?
        var options: [ConfigNode.Entry] = []
        let error = thrown {
            (found, options) = try ProcessPlugin.recognizes(process, parser, configuration(), Bytes("<13>"))
        }
        #expect(found == expected && (error == nil) == (expected != nil))
        #expect(options.map(\.key) == (expected == 80 ? ["format"] : []))
    }
}

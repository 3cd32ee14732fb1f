import CPatchbay
import PatchbayABI
import PatchbayCore
import PatchbayPlugin
import Testing

/// Filters, validators, sinks, parsers and capabilities behind the ABI.
@Suite struct RoleTests {
    @Test(
        arguments: [
            patchbay_bytes(address: 1 << 21, length: 0), patchbay_bytes(address: 1 << 21, length: 2),
            patchbay_bytes(address: .max, length: 1), patchbay_bytes(address: 0, length: 1),
        ].map { [$0.address, $0.length] })
    func wrongBitmapsAreErrors(bitmap: [UInt64]) throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_FILTER) { frame, _ in
            frame.output = patchbay_bytes(address: bitmap[0], length: bitmap[1])
            return 0
        }
        var filter = try maker.filter()
        var selection = Selection(count: 1, all: true)
        let error = #expect(throws: PluginError.self) { try filter.filter(Samples.batch(["a"]), into: &selection) }
        #expect(error?.code == .invalidResult)
    }

    @Test func aValidatorSeesOnlyWhatItWantsAndRejects() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_VALIDATE) { frame, guest in
            guard guest.column(1, of: frame).type == PATCHBAY_ABSENT.rawValue else { return -1 }
            let bad = guest.values(frame).enumerated().filter { $0.element == "bad" }
            frame.errors = guest.errors(bad.map { (UInt64($0.offset), "bad: \($0.element)") })
            return 0
        }
        guard case .validator(var validator) = try maker.instance(.validator) else { throw WrongRole() }
        try validator.bind(Samples.schema)
        var rejections = Rejections()
        try validator.validate(Samples.batch(["a", "bad", "c", "bad"]), into: &rejections)
        #expect(rejections.entries.map(\.row) == [1, 3])
        #expect(rejections.entries.first?.error.message == "bad: bad")
    }

    @Test func aSinkWritesRejectsAndFlushes() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        var written: [String] = []
        maker.on(PATCHBAY_WRITE) { frame, guest in
            written += guest.values(frame)
            frame.errors = guest.errors([(1, "too long")])
            return 0
        }
        maker.on(PATCHBAY_FLUSH) { _, _ in 0 }
        guard case .sink(var sink) = try maker.instance(.sink) else { throw WrongRole() }
        #expect(try sink.wanted(from: Samples.schema) == FieldRequest.none)
        try sink.bind(Samples.schema)
        var rejections = Rejections()
        try sink.write(Samples.batch(["a", "b"]), rejections: &rejections)
        try sink.flush()
        #expect(written == ["a", "b"] && rejections.entries.map(\.row) == [1])
        #expect(maker.count(PATCHBAY_FLUSH) == 1)
    }

    @Test func aSinkThatTrappedIsNotOpenedAgain() throws {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_WRITE, trap)
        guard case .sink(var sink) = try maker.instance(.sink) else { throw WrongRole() }
        try sink.bind(Samples.schema)
        var rejections = Rejections()
        for _ in 0..<2 {
            let error = #expect(throws: PluginError.self) {
                try sink.write(Samples.batch(["a"]), rejections: &rejections)
            }
            #expect(error?.isFinal == true && error?.code == .crashed)
        }
        #expect(maker.made == 1)
    }

    @Test func aCapabilityAnswers() throws {
        let maker = FakeMaker()
        maker.on(PATCHBAY_ANSWER) { frame, guest in
            frame.output = guest.text("\(guest.text(frame.name)) \(guest.text(frame.input))!")
            if guest.text(frame.input) == "flood" { frame.output.length = .max }
            return 0
        }
        let polite = Capability(type: "greeting", name: "polite")
        guard
            case .capability(var plugin) = try GuestPlugin(maker, polite, PluginConfiguration(checked: [:])).instance()
        else { throw WrongRole() }
        var output = ByteBuffer()
        let name = Bytes("world")
        try plugin.call(polite, operation: "greet", input: name.span, output: &output)
        #expect(String(decoding: output.span) == "greet world!")
        do {
            let flood = Bytes("flood")
            try plugin.call(polite, operation: "greet", input: flood.span, output: &output)
            Issue.record("an answer without end was taken")
        } catch {
            #expect(error.code == .invalidResult)
        }
        do {
            try plugin.call(Capability(type: "other", name: "x"), operation: "", input: name.span, output: &output)
            Issue.record("another capability was answered")
        } catch {
            #expect(error.code == .unsupported)
        }
    }

    // MARK: Parsers

    private func parse(
        _ text: String, limit: Int = 100, _ answer: @escaping Answering
    ) throws -> (result: ParseResult, batch: Batch, skipped: [SkippedRegion]) {
        let maker = FakeMaker()
        maker.describes([("length", PATCHBAY_INT64)])
        maker.on(PATCHBAY_PARSE, answer)
        guard case .parser(var parser) = try maker.instance(.parser) else { throw WrongRole() }
        let output = ParseOutput(schema: try parser.bind(.everything), recordLimit: limit)
        let bytes = Bytes(text)
        let input = ParseInput(
            Chunk(bytes: bytes, position: 1000, isLast: true), continuesDiscarded: false)
        output.begin(input, part: "part")
        let result = try parser.parse(input, into: output)
        return (result, output.builder.finish(), output.skipped)
    }

    @Test func recordsOfAParserShowTheInput() throws {
        let (result, batch, skipped) = try parse("ab,cde") { frame, guest in
            var values = guest.texts([])
            values.count = 2
            values.values = guest.place([0, 3] as [Int32])
            values.ends = guest.place([2, 6] as [Int32])
            values.data = frame.input
            frame.result = guest.batch(2, [values, guest.numbers([2, 3])])
            frame.consumed = frame.input.length
            let region = patchbay_region(
                position: frame.position + 2, length: 1, reason: PATCHBAY_REASON_OWN.rawValue, reserved: 0,
                name: guest.text("comma"))
            frame.regions = patchbay_list(address: guest.place([region]), count: 1)
            return 0
        }
        #expect(result.consumed == 6)
        #expect(Samples.values(batch) == ["ab", "cde"])
        #expect(batch.position(of: 1) == 1003)
        #expect(skipped.map(\.reason) == [SkipReason("comma")])
    }

    static let parserFaults: [(String, @Sendable (inout patchbay_call_frame, FakeGuest) -> Void)] = [
        ("consumes too much", { frame, _ in frame.consumed = 7 }),
        ("consumes without end", { frame, _ in frame.consumed = .max }),
        (
            "more records than allowed",
            { frame, guest in
                frame.result = guest.batch(3, [guest.texts(["", "", ""]), guest.numbers([1, 2, 3])])
            }
        ),
        ("regions without end", { frame, _ in frame.regions = patchbay_list(address: 4096, count: .max) }),
        ("regions nowhere", { frame, _ in frame.regions = patchbay_list(address: .max, count: 1) }),
        ("a region before the input", { frame, guest in region(&frame, guest, 0, 1) }),
        ("a region behind the input", { frame, guest in region(&frame, guest, 1006, 1) }),
        ("a region without end", { frame, guest in region(&frame, guest, 1000, .max) }),
    ]

    private static func region(
        _ frame: inout patchbay_call_frame, _ guest: FakeGuest, _ position: UInt64, _ length: UInt64
    ) {
        let region = patchbay_region(
            position: position, length: length, reason: 1, reserved: 0, name: patchbay_bytes())
        frame.regions = patchbay_list(address: guest.place([region]), count: 1)
    }

    @Test(arguments: parserFaults.indices)
    func wrongAnswersOfParsersAreErrors(fault: Int) throws {
        let error = #expect(throws: PluginError.self, "\(Self.parserFaults[fault].0)") {
            _ = try parse("abcdef", limit: 2) { frame, guest in
                frame.consumed = 6
                Self.parserFaults[fault].1(&frame, guest)
                return 0
            }
        }
        #expect(error?.code == .invalidResult)
    }

    /// Reports list every reason, so that a new one for each region would make them endless.
    @Test func aParserHasOnlySoManyReasons() throws {
        let (_, _, skipped) = try parse(String(repeating: "x", count: 200)) { frame, guest in
            let regions = (0..<200).map { index in
                patchbay_region(
                    position: frame.position + UInt64(index), length: 1, reason: PATCHBAY_REASON_OWN.rawValue,
                    reserved: 0, name: guest.text(index == 0 ? "Not A Name" : "reason_\(index)"))
            }
            frame.regions = patchbay_list(address: guest.place(regions), count: 200)
            frame.consumed = 200
            return 0
        }
        #expect(Set(skipped.map(\.reason.name)).count == 33)
        #expect(skipped.reduce(0) { $0 + $1.length } == 200)
        #expect(skipped.first?.reason == SkipReason("other"))
    }
}

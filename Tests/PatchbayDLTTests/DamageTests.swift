import PatchbayCore
import PatchbayDLT
import Testing

/// What is believed after damage. Each case is read whole and byte by byte.
@Suite struct DamageTests {
    private func read(
        _ bytes: [UInt8], _ options: DLTOptions = DLTOptions(), sourceLocation: SourceLocation = #_sourceLocation
    ) -> Reading {
        let whole = Reading.of(bytes, options: options)
        #expect(Reading.of(bytes, options: options, chunk: 1) == whole, sourceLocation: sourceLocation)
        #expect(whole.gaps(in: bytes.count) == [], sourceLocation: sourceLocation)
        return whole
    }

    @Test func junkInFrontAndBehindIsReported() {
        let junk = [UInt8](repeating: 0xA5, count: 11)
        let reading = read(junk + Messages.stored("a") + junk + Messages.stored("b") + junk)
        #expect(reading.payloads == ["a", "b"])
        #expect(reading.regions.map(\.length) == [11, 11, 11])
        #expect(reading.regions.map(\.reason) == ["damage", "damage", "damage"])
    }

    @Test func aLonePatternCostsFourBytes() {
        let lone: [UInt8] = [0x44, 0x4C, 0x54, 1]
        let reading = read(Messages.stored("a") + lone + Messages.stored("b") + Messages.stored("c"))
        #expect(reading.payloads == ["a", "b", "c"])
        #expect(reading.skippedBytes == 4)
    }

    @Test func aLengthThatSwallowsTheRestIsNotBelieved() {
        let rest = (0..<8).flatMap { Messages.stored("m\($0)") }
        let reading = read(Messages.stored("a") + Messages.stored("long", lengthError: 60_000) + rest)
        #expect(reading.payloads == ["a", "long"] + (0..<8).map { "m\($0)" })
        #expect(reading.regions == [])
    }

    @Test func aLengthThatIsTooSmallCostsTheRestOfItsMessage() {
        let reading = read(
            Messages.stored("a") + Messages.stored("shortened", lengthError: -3) + Messages.stored("b"))
        #expect(reading.payloads == ["a", "shorten", "b"])
        #expect(reading.skippedBytes == 3)
    }

    @Test func aMessageInsideAPayloadIsNotCutOut() {
        let inner = Messages.stored("inner")
        let raw: [UInt8] = [0, 4, 0, 0, UInt8(inner.count), 0] + inner
        let outer = Messages.storage + Messages.bare(raw)
        let reading = read(outer + [1, 2, 3] + Messages.stored("b"))
        #expect(reading.rows.count == 2)
        #expect(reading.rows.first?.end == outer.count)
        #expect(reading.skippedBytes == 3)
    }

    @Test func aCutTailIsReportedAsTruncated() {
        let tail = Messages.stored("cut off here")
        for size in 1..<tail.count {
            let reading = read(Messages.stored("a") + tail.prefix(size))
            #expect(reading.payloads == ["a"], "\(size) bytes")
            #expect(reading.regions.map(\.reason) == ["truncated"], "\(size) bytes")
        }
    }

    @Test func aBareStreamFindsItsWayBack() {
        let bare = { (text: String) in Messages.bare(Messages.argument(text)) }
        let junk: [UInt8] = [0x35, 0, 0, 3, 0xFF, 0x35, 0x35]
        for framing in [DLTOptions.Framing.automatic, .none] {
            let reading = read(bare("a") + junk + bare("b") + bare("c"), DLTOptions(framing: framing))
            #expect(reading.payloads == ["a", "b", "c"])
            #expect(reading.skippedBytes == junk.count)
        }
    }

    /// Junk of any kind between messages costs no message.
    @Test(arguments: [0, 1, 2])
    func junkCostsNoMessage(_ kind: Int) throws {
        var random = SplitMix(state: UInt64(kind))
        let text = try Fixtures.bytes("expected/test_user.txt")
        let file = Array(try Fixtures.bytes("recorded/test_user.dlt"))
        let original = Reading.of(file, request: .none)
        var bytes: [UInt8] = []
        var junkBytes = 0
        for (index, row) in original.rows.enumerated() {
            bytes += file[row.start..<row.end]
            guard index % 3 == 0 else { continue }
            let size = 1 + random.below(60)
            let junk: [UInt8] =
                switch kind {
                case 0: (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                case 1: random.piece(of: text, upTo: size)
                default: random.piece(of: file, upTo: 15)
                }
            bytes += junk
            junkBytes += junk.count
        }
        let reading = Reading.of(bytes, request: .none)
        #expect(reading.rows.count == original.rows.count)
        #expect(reading.skippedBytes == junkBytes)
        #expect(Reading.of(bytes, request: .none, chunk: 501) == reading)
    }

    /// One byte changed anywhere costs at most the message that it is in; one in a length that still makes sense may
    /// cost the next one too.
    @Test(arguments: [DLTOptions.Framing.automatic, .storage])
    func oneByteCostsOneMessage(_ framing: DLTOptions.Framing) throws {
        var random = SplitMix(state: 11)
        let options = DLTOptions(framing: framing)
        let file = Array(try Fixtures.bytes("recorded/nonverbose.dlt"))
        let original = Reading.of(file, request: .none).rows.map { file[$0.start..<$0.end] }
        for round in 0..<400 {
            var bytes = file
            let at = random.below(bytes.count)
            bytes[at] = bytes[at] &+ 1 &+ UInt8(random.below(255))
            let reading = Reading.of(bytes, options: options, request: .none)
            let kept = Set(reading.rows.map { bytes[$0.start..<$0.end] })
            let lost = original.filter { !kept.contains($0) }.count
            #expect(lost <= 2, "round \(round), byte \(at)")
            #expect(reading.gaps(in: bytes.count) == [])
        }
    }

    /// Text that is no trace gives next to nothing.
    @Test func textIsNoTrace() throws {
        let reading = Reading.of(try Fixtures.bytes("expected/multi_process.txt"), request: .none)
        #expect(reading.recordBytes == 0)
    }

    /// Storage headers taken off, the same messages are found.
    @Test(arguments: Fixtures.recorded.filter { $0 != "multi_process_long" })
    func bareStreamsAreReadInAutomaticMode(_ name: String) throws {
        let file = try Fixtures.bytes("recorded/\(name).dlt")
        let request = FieldRequest(names: ["payload", "counter"])
        let original = Reading.of(file, request: request)
        let bare = original.rows.flatMap { file[$0.start + 16..<$0.end] }
        for framing in [DLTOptions.Framing.automatic, .none] {
            let reading = Reading.of(bare, options: DLTOptions(framing: framing), request: request)
            #expect(reading.regions == [])
            #expect(reading.payloads == original.payloads)
        }
    }

    /// Bytes that look like a long bare message wherever one looks, with a real one behind: time must not grow with
    /// the square of their number.
    @Test func lookalikesAreSearchedOnce() {
        let lookalikes = [UInt8](repeating: 0x35, count: 13_000)
        let clock = ContinuousClock()
        for message in [Messages.stored("real"), Messages.bare(Messages.argument("real"))] {
            var reading = Reading()
            let time = clock.measure { reading = Reading.of(lookalikes + message) }
            #expect(reading.payloads == ["real"])
            #expect(reading.skippedBytes == lookalikes.count)
            #expect(time < .seconds(20))
        }
    }

    @Test func framingsMayChangeFromMessageToMessage() {
        let bare = Messages.bare(Messages.argument("bare"))
        let reading = read(Messages.serial("serial") + bare + Messages.stored("stored") + bare)
        #expect(reading.payloads == ["serial", "bare", "stored", "bare"])
        #expect(reading.rows.map { $0["time"] != nil } == [false, false, true, false])
    }

    @Test func aNamedFramingIgnoresTheOthers() {
        let bytes = Messages.serial("serial") + Messages.stored("stored")
        let storage = read(bytes, DLTOptions(framing: .storage))
        #expect(storage.payloads == ["stored"])
        #expect(storage.skippedBytes == Messages.serial("serial").count)
        let serial = read(bytes, DLTOptions(framing: .serial))
        #expect(serial.payloads == ["serial"])
    }

    /// A message that proves itself is not held back until the next one arrives.
    @Test func theNewestMessageIsNotWaitedFor() {
        for message in [Messages.stored("live"), Messages.serial("live"), Messages.bare(Messages.argument("live"))] {
            var parser = DLTParser()
            let input = Reading.window(message, 0, message.count, isLast: false)
            #expect(parser.boundary(input).consumed == message.count)
        }
    }

    /// The beginning of a message was thrown away because it was too large: what follows counts from the next header.
    @Test func aDiscardedBeginningEndsAtTheNextMessage() {
        var parser = DLTParser()
        let output = ParseOutput(schema: parser.bind(.everything))
        let rest: [UInt8] = [9, 9, 9, 9, 9]
        let bytes = rest + Messages.stored("next")
        let window = Reading.window(bytes, 0, bytes.count, isLast: true)
        let input = ParseInput(
            buffer: window.buffer, start: window.start, end: window.end, position: 1000, isLast: true,
            continuesDiscarded: true)
        output.begin(input, part: "test")
        let result = parser.parse(input, into: output)
        #expect(result == ParseResult(consumed: bytes.count))
        #expect(output.builder.count == 1)
        #expect(output.skipped.map(\.reason.name) == ["too_large"])
        #expect(output.skipped.map(\.length) == [5])

        let junk = Reading.window(rest, 0, rest.count, isLast: false)
        let more = ParseInput(
            buffer: junk.buffer, start: junk.start, end: junk.end, position: 1000, isLast: false,
            continuesDiscarded: true)
        output.begin(more, part: "test")
        #expect(parser.parse(more, into: output).isStillDiscarding)
    }
}

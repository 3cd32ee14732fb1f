import CPatchbay
import PatchbayABI
import PatchbayCore
import PatchbayPlugin
import Testing

/// Byte sources and sources behind the ABI.
@Suite struct SourceTests {
    /// What a source delivers into buffers of `size` bytes, part by part.
    private func read(_ maker: FakeMaker, size: Int) throws -> [String] {
        guard case .byteSource(var source) = try maker.instance(.byteSource) else { throw WrongRole() }
        try source.start(PluginContext(stage: "in"))
        let memory = Buffer(capacity: size)
        var parts = [""]
        for _ in 0..<10_000 {
            var room = memory.mutableSpan(of: UInt8.self, count: size)
            switch try source.read(into: &room, mayWait: true) {
            case .bytes(let count): parts[parts.count - 1] += Bytes(memory, at: 0, count: count).text
            case .nothingYet: continue
            case .endOfPart: parts.append("")
            case .endOfInput:
                var again = memory.mutableSpan(of: UInt8.self, count: size)
                #expect(try source.read(into: &again, mayWait: true) == .endOfInput)
                return parts.map { "\(source.part):\($0)" }
            }
        }
        throw PluginError(.timedOut, "the source does not end")
    }

    private func maker(_ answers: [Answering]) -> FakeMaker {
        let maker = FakeMaker()
        var turn = 0
        maker.on(PATCHBAY_READ_BYTES) { (frame, guest) throws(PluginError) in
            defer { turn += 1 }
            return try answers[min(turn, answers.count - 1)](&frame, guest)
        }
        return maker
    }

    private static func fill(
        _ text: String, _ flags: UInt32 = 0, part: String = "", forwarding: String = ""
    ) -> Answering {
        { frame, guest in
            guest.forward(forwarding)
            for (index, byte) in text.utf8.enumerated() { guest.put(byte, at: frame.input.address + UInt64(index)) }
            frame.consumed = UInt64(text.utf8.count)
            frame.flags = flags
            if !part.isEmpty { frame.output = guest.text(part) }
            return 0
        }
    }

    @Test(arguments: [1, 3, 64, 100_000])
    func bytesArriveWholeWhateverTheTargetsSize(size: Int) throws {
        let maker = maker([
            Self.fill("hello ", part: "one"), Self.fill("world", PATCHBAY_END_OF_PART),
            Self.fill("", PATCHBAY_NOTHING_YET),
            Self.fill("second", PATCHBAY_END, part: "two"),
        ])
        #expect(try read(maker, size: size) == ["two:hello world", "two:second"])
        // However small the target is, the plugin reads in large pieces.
        #expect(maker.count(PATCHBAY_READ_BYTES) == 4)
    }

    @Test func forwardedBytesGoBeforeThosePutIntoItsMemory() throws {
        let maker = maker([
            Self.fill("and filled", forwarding: "forwarded "),
            Self.fill("", PATCHBAY_END),
        ])
        #expect(try read(maker, size: 64) == ["fake:forwarded and filled"])
        let small = self.maker([
            Self.fill("and filled", forwarding: "forwarded "),
            Self.fill("", PATCHBAY_END),
        ])
        // What does not fit is not forwarded: the host function says so to the plugin.
        #expect(try read(small, size: 4) == ["fake:forwand filled"])
    }

    @Test(arguments: [UInt64.max, (1 << 20) + 1] as [UInt64])
    func moreBytesThanFitAreAnError(count: UInt64) throws {
        let maker = maker([
            { frame, _ in
                frame.consumed = count
                return 0
            }
        ])
        let error = #expect(throws: PluginError.self) { _ = try read(maker, size: 1 << 20) }
        #expect(error?.code == .invalidResult)
    }

    @Test func neitherBytesNorAWordIsAnError() throws {
        let error = #expect(throws: PluginError.self) { _ = try read(maker([{ _, _ in 0 }]), size: 64) }
        #expect(error?.code == .invalidResult)
    }

    @Test func aSourceThatTrappedDoesNotBeginAnew() throws {
        let maker = maker([
            Self.fill("once"), trap, Self.fill("once"),
        ])
        let error = #expect(throws: PluginError.self) { _ = try read(maker, size: 64) }
        #expect(error?.isFinal == true && error?.message == "trap, and its place in the input is lost")
        #expect(maker.made == 1)
    }

    @Test func recordsOfASource() throws {
        let maker = FakeMaker()
        maker.describes([("n", PATCHBAY_INT64)])
        var turn = 0
        maker.on(PATCHBAY_READ_BATCH) { frame, guest in
            turn += 1
            switch turn {
            case 1: frame.flags = UInt32(PATCHBAY_NOTHING_YET)
            case 2: frame.result = guest.batch(1, [guest.texts(["a"]), guest.numbers([1])])
            case 3:
                frame.result = guest.batch(1, [guest.texts(["b"]), guest.numbers([2])])
                frame.flags = UInt32(PATCHBAY_END)
            default: break
            }
            return 0
        }
        guard case .source(var source) = try maker.instance(.source) else { throw WrongRole() }
        _ = try source.bind(.everything)
        var numbers: [Int64] = []
        reading: while true {
            switch try source.read() {
            case .batch(let batch): numbers += Samples.numbers(batch)
            case .nothingYet: continue
            case .endOfInput: break reading
            }
        }
        #expect(numbers == [1, 2] && turn == 3)
    }

    @Test func aSourceThatGivesNothingIsAnError() throws {
        let maker = FakeMaker()
        maker.describes([("n", PATCHBAY_INT64)])
        maker.on(PATCHBAY_READ_BATCH) { _, _ in 0 }
        guard case .source(var source) = try maker.instance(.source) else { throw WrongRole() }
        _ = try source.bind(.everything)
        let error = #expect(throws: PluginError.self) { _ = try source.read() }
        #expect(error?.code == .invalidResult)
    }
}

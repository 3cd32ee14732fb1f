import PatchbayDLT
import Testing

/// Whether the first bytes of an input say that it is DLT.
@Suite struct RecognitionTests {
    private func confidence(_ bytes: [UInt8]) -> DLTParser.Confidence { DLTParser.confidence(bytes.span) }

    @Test(arguments: Fixtures.recorded)
    func recordedFilesAreCertain(_ name: String) throws {
        #expect(confidence(try Fixtures.bytes("recorded/\(name).dlt")) == .certain)
    }

    @Test func otherFramingsAreSeen() throws {
        #expect(confidence(try Fixtures.bytes("recorded/alltypes_serial.bin")) == .certain)
        #expect(confidence(try Fixtures.bytes("recorded/alltypes_raw.bin")) == .plausible)
        #expect(confidence(try Fixtures.bytes("recorded/raw_tcp_stream.bin")) == .plausible)
        #expect(confidence([1, 2, 3] + Messages.stored("behind damage")) == .certain)
    }

    @Test func otherInputsAreNot() throws {
        #expect(confidence([]) == .none)
        #expect(confidence([0x44, 0x4C, 0x54]) == .none)
        #expect(confidence(try Fixtures.bytes("recorded/alltypes_udp.pcap")) == .none)
        #expect(confidence(try Fixtures.bytes("expected/test_user.txt")) == .none)
        #expect(confidence(Array(#"{"level":"ERROR","text":"DLT"}"#.utf8)) == .none)
        #expect(confidence([UInt8](repeating: 0x35, count: 4096)) == .none)
        var random = SplitMix(state: 7)
        for _ in 0..<50 {
            #expect(confidence((0..<5000).map { _ in UInt8(truncatingIfNeeded: random.next()) }) == .none)
        }
    }
}

import PatchbayDLT
import Testing

/// The text of every recorded file is what `dlt-convert -a` prints, line for line, but for the deliberate
/// differences that `docs/dlt.md` lists.
@Suite struct ParityTests {
    /// What `dlt-convert` prints, what is printed here instead, and in how many lines of a file that happens.
    struct Difference: Sendable {
        var theirs: [UInt8]
        var ours: String
        var lines: [String: Int]

        init(_ theirs: String, _ ours: String, _ lines: [String: Int]) {
            self.init([UInt8](theirs.utf8), ours, lines)
        }

        init(_ theirs: [UInt8], _ ours: String, _ lines: [String: Int]) {
            self.theirs = theirs
            self.ours = ours
            self.lines = lines
        }
    }

    static let differences = [
        Difference(" nw_trace vfb ", " nw_trace ethernet ", ["alltypes": 5, "alltypes_be": 5]),
        Difference(" nw_trace  ", " nw_trace someip ", ["alltypes": 5, "alltypes_be": 5]),
        Difference([0xFF, 0xFE], #"\xff\xfe"#, ["alltypes": 5, "alltypes_be": 5]),
        Difference(
            "0xcdab 0x01efcdab 0xefcdab8967452301", "0xabcd 0xabcdef01 0x0123456789abcdef", ["alltypes_be": 5]),
        Difference("0b0011 0110 1100 0010", "0b1100 0010 0011 0110", ["alltypes_be": 5]),
        Difference("0x30ca17e4fc7f0000", "0x00007ffce417ca30", ["alltypes_be": 5]),
    ]

    @Test(arguments: Fixtures.recorded)
    func linesAreEqual(_ name: String) throws {
        let reading = Reading.of(try Fixtures.bytes("recorded/\(name).dlt"))
        var expected = try Fixtures.lines("expected/\(name).txt")
        for difference in Self.differences {
            let changed = expected.indices.filter { expected[$0].contains(difference.theirs) }
            #expect(changed.count == difference.lines[name] ?? 0, "\(difference.ours)")
            for index in changed { expected[index].replace(difference.theirs, with: [UInt8](difference.ours.utf8)) }
        }
        #expect(reading.regions == [])
        #expect(reading.rows.count == expected.count)
        for (line, wanted) in zip(reading.lines, expected) where [UInt8](line.utf8) != wanted {
            Issue.record("\(line)\n\(String(decoding: wanted, as: UTF8.self))")
        }
    }

    /// The same messages in the other byte order give the same text.
    @Test func byteOrdersAreEqual() throws {
        let little = Reading.of(try Fixtures.bytes("recorded/alltypes.dlt"))
        let big = Reading.of(try Fixtures.bytes("recorded/alltypes_be.dlt"))
        #expect(little.rows.count == 251)
        let pairs = zip(little.rows, big.rows).filter { $0.0["type"] != "control" && $0.0["mode"] == "V" }
        #expect(pairs.count > 200)
        for (one, other) in pairs { #expect(one.columns == other.columns) }
    }
}

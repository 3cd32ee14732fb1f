import PatchbayDLT
import Testing

/// Messages that no recorded file holds. Where the line is not the one of `dlt-convert -a`, it is listed in
/// `expected/crafted_differences.txt` with what is printed instead; `docs/dlt.md` says why.
@Suite struct CraftedTests {
    @Test(arguments: ["arguments", "types", "control"])
    func linesAreEqualOrListed(_ name: String) throws {
        let reading = Reading.of(try Fixtures.bytes("crafted/\(name).dlt"))
        let expected = try Fixtures.lines("expected/crafted_\(name).txt")
        #expect(reading.regions == [])
        #expect(reading.rows.count == expected.count)
        let listed = try Fixtures.lines("expected/crafted_differences.txt").map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasPrefix("\(name): ") }
        let found = zip(reading.lines, expected).filter { [UInt8]($0.0.utf8) != $0.1 }.map { "\(name): \($0.0)" }
        #expect(found == listed)
        if found != listed { for line in found { print("FOUND", line) } }
    }
}

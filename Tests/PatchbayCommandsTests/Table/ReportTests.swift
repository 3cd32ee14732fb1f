import Testing

@testable import PatchbayCommands

struct ReportTests {
    @Test func amounts() {
        #expect(Amount.grouped(0) == "0")
        #expect(Amount.grouped(999) == "999")
        #expect(Amount.grouped(1000) == "1,000")
        #expect(Amount.grouped(.max) == "18,446,744,073,709,551,615")
        #expect(Amount.counted(1, "byte") == "1 byte")
        #expect(Amount.bytes(999) == "999 B")
        #expect(Amount.bytes(1234) == "1.23 kB")
        #expect(Amount.bytes(999_999) == "1.00 MB")
        #expect(Amount.bytes(.max) == "18447 PB")
        #expect(Amount.seconds(0.0123) == "12 ms")
        #expect(Amount.seconds(59.99) == "1 m 00 s")
        #expect(Amount.seconds(3700) == "1 h 01 m")
        #expect(Amount.seconds(.infinity) == "?")
    }

    @Test func tables() {
        let text = TextTable.text([["a", "1"], ["bcd", "23"]], numeric: [1])
        #expect(text == "a     1\nbcd  23\n")
    }

    @Test(arguments: [1, 10, 40, 80, 200])
    func progressFitsTheLine(_ width: Int) {
        for (read, left) in [(0, nil), (0, 100), (1 << 40, nil), (50, 50), (1 << 62, 1 << 62)] as [(UInt64, UInt64?)] {
            let line = ProgressBar.line(bytesRead: read, remaining: left, written: .max, seconds: 1.5, width: width)
            #expect(line.count <= width)
        }
        let half = ProgressBar.line(bytesRead: 50_000_000, remaining: 50_000_000, written: 7, seconds: 2, width: 100)
        #expect(half.hasPrefix(" 50% [===============               ] 50.0 MB, 25.0 MB/s, 7 written, 2.0 s left"))
    }
}

import PatchbayCore
import PatchbayDLT
import Testing

/// Protocol version 2, in the little-endian form that is found and in the big-endian form of the document.
@Suite struct Version2Tests {
    /// A verbose message of level info with all optional parts.
    static func message(isBigEndian: Bool, text: String = "v2", type: UInt32 = 0xF5C) -> [UInt8] {
        func number(_ value: UInt32, _ size: Int) -> [UInt8] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (UInt32($0) * 8)) }
            return isBigEndian ? bytes.reversed() : bytes
        }
        func short(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
        let seconds: [UInt8] = [0, 0, 0, 1, 0]
        var body: [UInt8] = [0x41, 1] + number(500_000, 4) + seconds
        if type & 0x04 != 0 { body += short("ECU22") }
        if type & 0x08 != 0 { body += short("APPLICATION") + short("CTX") }
        if type & 0x10 != 0 { body += number(4711, 4) }
        if type & 0x100 != 0 { body += short("main.c") + number(42, 4) }
        if type & 0x200 != 0 { body += [2] + short("tag") + short("x") }
        if type & 0x400 != 0 { body += [3] }
        if type & 0x800 != 0 { body += [1, 0] }
        let characters = Array(text.utf8) + [0]
        body += number(0x8200, 4) + number(UInt32(characters.count), 2) + characters
        let storage: [UInt8] = [0x44, 0x4C, 0x54, 2, 0, 0x65, 0x53, 0xF1, 0] + number(7000, 4) + short("STOR")
        return storage + number(type, 4) + [9] + number(UInt32(body.count + 7), 2) + body
    }

    @Test(arguments: [false, true])
    func fieldsAreRead(_ isBigEndian: Bool) {
        let bytes = Self.message(isBigEndian: isBigEndian) + Messages.stored("next")
        let reading = Reading.of(bytes)
        #expect(Reading.of(bytes, chunk: 1) == reading)
        #expect(reading.payloads == ["v2", "next"])
        guard let row = reading.rows.first else { return }
        #expect(row["time"] == "1700000000000007000")
        #expect(row["timestamp"] == "2560005")
        #expect(row["ecu"] == "ECU22")
        #expect(row["apid"] == "APPLICATION")
        #expect(row["ctid"] == "CTX")
        #expect(row["session"] == "4711")
        #expect(row["counter"] == "9")
        #expect(row["level"] == "info")
        #expect(row["mode"] == "V")
    }

    @Test func partsAreOptional() {
        let row = Reading.of(Self.message(isBigEndian: false, type: 0x40)).rows.first
        #expect(row?["ecu"] == "STOR")
        #expect(row?["apid"] == nil)
        #expect(row?["session"] == nil)
        #expect(row?["payload"] == "v2")
    }

    @Test func damageIsReported() {
        let good = Messages.stored("good")
        for size in 5..<40 {
            let cut = Array(Self.message(isBigEndian: false).prefix(size))
            let reading = Reading.of(cut + good)
            #expect(Reading.of(cut + good, chunk: 1) == reading)
            #expect(reading.rows.last?["payload"] == "good", "\(size) bytes")
            #expect(reading.gaps(in: cut.count + good.count) == [])
            #expect(Reading.of(cut).regions == [.truncated(0, size)], "\(size) bytes")
        }
    }
}

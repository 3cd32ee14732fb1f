import PatchbayGuest
import Testing

@Suite struct BytesTests {
    @Test(arguments: ["0", "-1", "9223372036854775807", "-9223372036854775808", "+5"])
    func wholeNumbersAreRead(text: String) {
        let read = Int64(decimal: Array(text.utf8).span)
        #expect(read == Int64(text))
    }

    @Test(arguments: ["", "-", "9223372036854775808", "-9223372036854775809", "1x", " 1", "99999999999999999999999"])
    func whatIsNoWholeNumberIsRefused(text: String) {
        let read = Int64(decimal: Array(text.utf8).span)
        #expect(read == nil)
    }

    @Test(arguments: [
        "0", "1.5", "-12.5e3", "0.1", "1e22", "123456789012345", "3.141592653589793", ".5", "1e-7", "1e400", "1e-400",
    ])
    func numbersAreRead(text: String) throws {
        let found = Double(decimal: Array(text.utf8).span)
        let read = try #require(found)
        let exact = try #require(Double(text))
        #expect(read == exact || abs(read - exact) <= 2 * exact.ulp)
    }

    @Test(arguments: ["", ".", "-", "1e", "1.2.3", "abc", "1e5x"])
    func whatIsNoNumberIsRefused(text: String) {
        let read = Double(decimal: Array(text.utf8).span)
        #expect(read == nil)
    }

    @Test func searchFindsEveryPlace() {
        for length in 0..<70 {
            for place in 0..<length {
                var bytes = [UInt8](repeating: 46, count: length)
                bytes[place] = 10
                let found = (
                    bytes.span.firstIndex(of: 10), bytes.span.firstIndex(of: 1, or: 10, or: 2),
                    bytes.span.occurrences(of: 46)
                )
                #expect(found.0 == place && found.1 == place && found.2 == length - 1)
                if place + 2 < length {
                    bytes[place] = UInt8(ascii: "a")
                    bytes[place + 1] = UInt8(ascii: "b")
                    bytes[place + 2] = UInt8(ascii: "c")
                    let text = bytes.span.firstIndex(of: "abc")
                    #expect(text == place)
                }
            }
            let dots = [UInt8](repeating: 46, count: length)
            let missing = (dots.span.firstIndex(of: 10), dots.span.firstIndex(of: "abc"))
            #expect(missing.0 == nil && missing.1 == nil)
        }
    }

    @Test func numbersAreWritten() {
        var writer = ByteWriter()
        writer.append(decimal: Int64.min)
        writer.append(UInt8(ascii: " "))
        writer.append(decimal: UInt64.max)
        writer.append(" ")
        writer.append(hexadecimal: 0xAB, width: 4)
        let text = "-9223372036854775808 18446744073709551615 00ab"
        let isSame = writer.bytes.isSame(Array(text.utf8).span)
        #expect(isSame)
    }

    @Test func floatingPointNumbersReadBackTheSame() {
        for number in [0, -0.0, 0.1, 1e300, 123_456_789.125, .infinity, -1.0 / 3] as [Double] {
            var text = ByteWriter()
            text.append(number)
            let bytes = text.bytes
            var units: [UInt8] = []
            for index in 0..<bytes.count { units.append(bytes[index]) }
            #expect(Double(String(decoding: units, as: UTF8.self))?.bitPattern == number.bitPattern)
        }
    }
}

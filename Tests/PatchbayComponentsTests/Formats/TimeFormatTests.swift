import Glibc
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct TimeFormatTests {
    private func text(_ format: TimeFormat, _ nanoseconds: Int64, _ zone: TimeZoneRules = .utc) -> String {
        var formatter = TimeFormatter(format, zone: zone)
        var output = ByteBuffer()
        formatter.append(nanoseconds, to: &output)
        return String(decoding: output.span)
    }

    @Test func directivesAreThoseOfTheCLibrary() throws {
        let pattern = "%Y %y %m %d %e %j %u %H %I %p %M %S %a %A %b %B %F %T %R %s %z %Z %%"
        let format = try TimeFormat(pattern)
        var numbers = Numbers(seed: 2)
        for _ in 0..<3000 {
            var seconds = Int.random(in: -9_200_000_000...9_200_000_000, using: &numbers)
            var parts = unsafe tm()
            unsafe gmtime_r(&seconds, &parts)
            var expected = [CChar](repeating: 0, count: 256)
            let count = unsafe strftime(&expected, expected.count, pattern, &parts)
            let text = text(format, Int64(seconds) * 1_000_000_000).split(separator: "UTC").joined(separator: "GMT")
            #expect(text.utf8.elementsEqual(expected[..<count].map { UInt8(bitPattern: $0) }))
            if text.utf8.count != count { break }
        }
    }

    @Test func fractionsAndOffsets() throws {
        let time: Int64 = 1_769_868_916_123_456_789
        let format = try TimeFormat("%S.%f %3f %1f %9f %:z|%z")
        #expect(text(format, time) == "16.123456 123 1 123456789 +00:00|+0000")
        #expect(text(format, -1) == "59.999999 999 9 999999999 +00:00|+0000")
        #expect(text(format, time, try TimeZoneRules(named: "-05:30")) == "16.123456 123 1 123456789 -05:30|-0530")
        #expect(text(.internet, time) == "2026-01-31T14:15:16.123456789Z")
        #expect(text(.internet, time / 1000 * 1000) == "2026-01-31T14:15:16.123456Z")
        #expect(text(.internet, 0, try TimeZoneRules(named: "Europe/Berlin")) == "1970-01-01T01:00:00.000000+01:00")
        #expect(text(.internet, .min) == "1677-09-21T00:12:43.145224192Z")
        for time in [Int64.min, .min + 1, -1, 0, .max] {
            #expect(TimeText.nanoseconds(Bytes(text(.internet, time)).span) == time)
        }
        #expect(text(.internet, .max) == "2262-04-11T23:47:16.854775807Z")
    }

    @Test func oneFormatterServesAllTimes() throws {
        let zone = try TimeZoneRules(named: "Europe/Berlin")
        var formatter = TimeFormatter(.internet, zone: zone)
        var numbers = Numbers(seed: 3)
        for _ in 0..<2000 {
            let time = Int64.random(in: .min ... .max, using: &numbers)
            var output = ByteBuffer()
            formatter.append(time, to: &output)
            #expect(String(decoding: output.span) == text(.internet, time, zone))
            #expect(TimeText.nanoseconds(output.span) == time)
        }
    }

    @Test func wrongDirectivesAreNamed() {
        for pattern in ["%", "%Q", "abc %5", "%0f", "%:x"] {
            let error = #expect(throws: PluginError.self) { try TimeFormat(pattern) }
            #expect(error?.message.contains("character") == true)
        }
    }
}

internal import PatchbayCore

/// Points in time as RFC 3339 writes them, in UTC and with nine digits of a second's fraction.
///
/// Days and dates: "chrono-Compatible Low-Level Date Algorithms" (Howard Hinnant), `days_from_civil` and its inverse.
enum TimestampText {
    /// Appends the time that lies `nanoseconds` after 1970-01-01T00:00:00Z.
    static func append(_ nanoseconds: Int64, to output: inout ByteBuffer) {
        let (seconds, fraction) = floored(nanoseconds, 1_000_000_000)
        let (days, clock) = floored(seconds, 86_400)
        let date = date(days)
        output.append(decimal: UInt64(date.year), width: 4)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: UInt64(date.month), width: 2)
        output.append(UInt8(ascii: "-"))
        output.append(decimal: UInt64(date.day), width: 2)
        output.append(UInt8(ascii: "T"))
        output.append(decimal: UInt64(clock / 3600), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(clock / 60 % 60), width: 2)
        output.append(UInt8(ascii: ":"))
        output.append(decimal: UInt64(clock % 60), width: 2)
        output.append(UInt8(ascii: "."))
        output.append(decimal: UInt64(fraction), width: 9)
        output.append(UInt8(ascii: "Z"))
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// What `text` stands for; nil when it is no such time or lies outside of 1677 to 2262.
    static func nanoseconds(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 20, let year = digits(text, 0, 4), text[4] == 0x2D, let month = digits(text, 5, 2),
            text[7] == 0x2D, let day = digits(text, 8, 2), text[10] | 0x20 == 0x74, let hour = digits(text, 11, 2),
            text[13] == 0x3A, let minute = digits(text, 14, 2), text[16] == 0x3A, let second = digits(text, 17, 2),
            (1...12).contains(month), (1...length(month, year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if text[at] == 0x2E {
            at += 1
            var scale: Int64 = 100_000_000
            let first = at
            while at < text.count, let digit = digits(text, at, 1) {
                fraction += digit * scale
                scale /= 10
                at += 1
            }
            guard at > first else { return nil }
        }
        guard let offset = zone(text, at) else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        // Beyond the range the sum may lie within it although the product does not.
        let (whole, tooLarge) = (seconds < 0 ? seconds + 1 : seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, tooFar) = whole.addingReportingOverflow(seconds < 0 ? fraction - 1_000_000_000 : fraction)
        return tooLarge || tooFar ? nil : sum
    }

    private static func zone(_ text: Span<UInt8>, _ at: Int) -> Int64? {
        guard at < text.count else { return nil }
        if text[at] | 0x20 == 0x7A { return at + 1 == text.count ? 0 : nil }
        guard text[at] == 0x2B || text[at] == 0x2D, at + 6 == text.count, let hours = digits(text, at + 1, 2),
            text[at + 3] == 0x3A, let minutes = digits(text, at + 4, 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return text[at] == 0x2D ? -seconds : seconds
    }

    private static func digits(_ text: Span<UInt8>, _ at: Int, _ count: Int) -> Int64? {
        guard at + count <= text.count else { return nil }
        var value: Int64 = 0
        for index in at..<at + count {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    private static func length(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floored(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

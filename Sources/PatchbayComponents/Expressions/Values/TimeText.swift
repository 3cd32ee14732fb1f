import PatchbayCore

/// Reads points in time: RFC 3339, and the shorter forms `YYYY-MM-DD[ HH:MM[:SS[.fraction]]][zone]`.
///
/// The zone is `Z` or `+HH:MM`, `+HHMM`, `+HH`; without one the time is in UTC.
struct TimeText {
    private let text: [UInt8]
    private var at = 0

    /// Nanoseconds since 1970-01-01T00:00:00Z; nil when `text` is no time or lies outside 1677 to 2262.
    static func nanoseconds(_ text: [UInt8]) -> Int64? {
        var reader = TimeText(text: text)
        return reader.read()
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func read() -> Int64? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
            (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        var seconds = Int64(CivilTime.days(year: Int(year), month: Int(month), day: Int(day))) * 86_400
        var fraction: Int64 = 0
        if at < text.count {
            guard skip("T") || skip("t") || skip(" ") else { return nil }
            guard let hour = digits(2), skip(":"), let minute = digits(2), hour <= 23, minute <= 59 else { return nil }
            seconds += hour * 3_600 + minute * 60
            if skip(":") {
                guard let second = digits(2), second <= 60 else { return nil }
                seconds += second
                if skip(".") || skip(",") {
                    guard let value = readFraction() else { return nil }
                    fraction = value
                }
            }
            guard let zone = readZone() else { return nil }
            seconds -= zone
        }
        guard at == text.count else { return nil }
        if seconds < 0, fraction > 0 {
            // The product alone may lie below the range although the sum does not.
            seconds += 1
            fraction -= 1_000_000_000
        }
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(fraction)
        return overflow || carry ? nil : sum
    }

    private mutating func digits(_ count: Int) -> Int64? {
        guard at + count <= text.count else { return nil }
        var value: Int64 = 0
        for _ in 0..<count {
            let digit = text[at] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
            at += 1
        }
        return value
    }

    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard at < text.count, UInt32(text[at]) == sign.value else { return false }
        at += 1
        return true
    }

    /// Digits behind the ninth say less than a nanosecond and are left out.
    private mutating func readFraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digits(1) {
            if count < 9 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    private mutating func readZone() -> Int64? {
        if at == text.count || skip("Z") || skip("z") { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+"), let hour = digits(2), hour <= 23 else { return nil }
        var minute: Int64 = 0
        if at < text.count {
            _ = skip(":")
            guard let value = digits(2), value <= 59 else { return nil }
            minute = value
        }
        let seconds = hour * 3_600 + minute * 60
        return isNegative ? -seconds : seconds
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

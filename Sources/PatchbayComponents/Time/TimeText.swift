import PatchbayCore

/// Reads points in time: RFC 3339, and the shorter forms `YYYY-MM-DD[ HH:MM[:SS[.fraction]]][zone]`.
///
/// The zone is `Z` or `+HH:MM`, `+HHMM`, `+HH`; without one the time is in UTC.
struct TimeText: ~Escapable {
    private let text: Span<UInt8>
    private var at = 0

    /// Nanoseconds since 1970-01-01T00:00:00Z; nil when `text` is no time or lies outside 1677 to 2262.
    static func nanoseconds(_ text: Span<UInt8>) -> Int64? {
        var reader = TimeText(text)
        return reader.read()
    }

    @_lifetime(copy text)
    private init(_ text: Span<UInt8>) { self.text = text }

    private mutating func read() -> Int64? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
            (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        var seconds = Int64(CivilTime.days(year: year, month: month, day: day)) * 86_400
        var fraction: Int64 = 0
        if at < text.count {
            guard skip("T") || skip("t") || skip(" "), let clock = readClock() else { return nil }
            if skip(".") || skip(",") {
                guard let value = readFraction() else { return nil }
                fraction = value
            }
            guard let zone = readZone() else { return nil }
            seconds += Int64(clock - zone)
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

    /// Seconds since midnight of `HH:MM[:SS]`; a leap second counts as the next one.
    private mutating func readClock() -> Int? {
        guard let hour = digits(2), skip(":"), let minute = digits(2), hour <= 23, minute <= 59 else { return nil }
        guard skip(":") else { return hour * 3_600 + minute * 60 }
        guard let second = digits(2), second <= 60 else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard at + count <= text.count else { return nil }
        var value = 0
        for _ in 0..<count {
            let digit = text[at] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
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
            if count < 9 { value = value * 10 + Int64(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    private mutating func readZone() -> Int? {
        if at == text.count || skip("Z") || skip("z") { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+"), let hour = digits(2), hour <= 23 else { return nil }
        var minute = 0
        if at < text.count {
            _ = skip(":")
            guard let value = digits(2), value <= 59 else { return nil }
            minute = value
        }
        let seconds = hour * 3_600 + minute * 60
        return isNegative ? -seconds : seconds
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: CivilTime.isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

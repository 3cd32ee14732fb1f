import PatchbayCore

/// Reads times as RFC 3339 and ISO 8601 write them.
enum InternetTime {
    /// Nanoseconds since the epoch of `2026-01-31T14:15:16.123456789+02:00`; nil for anything else.
    ///
    /// A space may stand for the `T`, the fraction may have any number of digits (those behind the ninth are dropped),
    /// the offset may be `Z`, `+02:00`, `+0200`, or missing, which means UTC. A leap second is the first second of the
    /// next minute.
    static func nanoseconds(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 19, text[4] == 0x2D, text[7] == 0x2D, text[13] == 0x3A, text[16] == 0x3A,
            text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
            let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2),
            let hour = number(text, 11, 2), let minute = number(text, 14, 2), let second = number(text, 17, 2),
            (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24, minute < 60, second <= 60
        else { return nil }
        var at = 19
        guard let fraction = fraction(text, &at), let offset = offset(text, &at), at == text.count else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        var seconds = Int64(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
        var rest = Int64(fraction)
        if seconds < 0, rest > 0 {
            // The whole seconds alone may lie below the range although the sum does not.
            seconds += 1
            rest -= 1_000_000_000
        }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowToo) = product.addingReportingOverflow(rest)
        return overflow || overflowToo ? nil : sum
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: CivilTime.isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func number(_ text: Span<UInt8>, _ at: Int, _ digits: Int) -> Int? {
        guard at + digits <= text.count else { return nil }
        var value = 0
        for index in at..<(at + digits) {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    private static func fraction(_ text: Span<UInt8>, _ at: inout Int) -> Int? {
        guard at < text.count, text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: ",") else { return 0 }
        at += 1
        let start = at
        var value = 0
        while at < text.count, text[at] &- 48 < 10 {
            if at - start < 9 { value = value * 10 + Int(text[at] &- 48) }
            at += 1
        }
        for _ in min(at - start, 9)..<9 { value *= 10 }
        return at > start ? value : nil
    }

    /// Seconds east of UTC.
    private static func offset(_ text: Span<UInt8>, _ at: inout Int) -> Int? {
        guard at < text.count else { return 0 }
        let sign = text[at]
        at += 1
        if sign | 0x20 == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = number(text, at, 2) else {
            return nil
        }
        at += 2
        if at < text.count, text[at] == 0x3A { at += 1 }
        guard let minutes = number(text, at, 2), hours < 24, minutes < 60 else { return nil }
        at += 2
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

/// Reads times written as numbers since the epoch.
enum EpochTime {
    /// Nanoseconds of a decimal number of units of `10^-digits` seconds, exactly; nil when it is no such number, has an
    /// exponent, or does not fit. What is smaller than a nanosecond is dropped.
    static func nanoseconds(_ text: Span<UInt8>, digits: Int) -> Int64? {
        var at = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { at = 1 }
        var value: Int64 = 0
        var missing = 9 - digits
        var hasDigits = false
        var isFraction = false
        while at < text.count {
            let byte = text[at]
            at += 1
            if byte == UInt8(ascii: "."), !isFraction, hasDigits {
                isFraction = true
                continue
            }
            guard byte &- 48 < 10 else { return nil }
            hasDigits = true
            if isFraction {
                if missing == 0 { continue }
                missing -= 1
            }
            guard let next = append(Int64(byte - 48), to: value) else { return nil }
            value = next
        }
        for _ in 0..<missing {
            guard let next = append(0, to: value) else { return nil }
            value = next
        }
        return hasDigits ? (isNegative ? -value : value) : nil
    }

    private static func append(_ digit: Int64, to value: Int64) -> Int64? {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowToo) = product.addingReportingOverflow(digit)
        return overflow || overflowToo ? nil : sum
    }
}

import PatchbayCore

/// Reads numbers from bytes without making a string of them.
enum NumberReader {
    /// A whole number in decimal with an optional minus sign; nil for anything else, also when it does not fit.
    static func integer(_ text: Span<UInt8>) -> Int64? {
        var at = 0
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        if isNegative { at = 1 }
        guard at < text.count else { return nil }
        var value: Int64 = 0
        while at < text.count {
            let digit = text[at] &- 48
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
            if overflow || carry { return nil }
            value = sum
            at += 1
        }
        return value
    }

    /// A number as JSON writes it, with leading zeros allowed; nil for anything else and for one beyond the range of
    /// float64. A number that is whole and fits is an integer.
    static func number(_ text: Span<UInt8>) -> Number? {
        guard let parts = parts(text) else { return nil }
        if parts.isWhole, let value = integer(text) { return .integer(value) }
        if let value = exact(parts) { return .floating(value) }
        // Rare: more than 19 digits or a large exponent. The standard library rounds these correctly.
        guard let value = Double(String(decoding: text)), value.isFinite else { return nil }
        return .floating(value)
    }

    private struct Parts {
        var isNegative = false
        var isWhole = true
        /// All digits as one number; nil when there are too many.
        var digits: UInt64? = 0
        /// The power of ten that belongs to it.
        var exponent = 0
    }

    private static func parts(_ text: Span<UInt8>) -> Parts? {
        var parts = Parts()
        var at = 0
        if at < text.count, text[at] == UInt8(ascii: "-") {
            parts.isNegative = true
            at += 1
        }
        guard readDigits(text, &at, &parts) else { return nil }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            parts.isWhole = false
            at += 1
            let start = at
            guard readDigits(text, &at, &parts) else { return nil }
            parts.exponent = start - at
        }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            parts.isWhole = false
            at += 1
            var isNegative = false
            if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") {
                isNegative = text[at] == UInt8(ascii: "-")
                at += 1
            }
            var exponent = Parts()
            guard readDigits(text, &at, &exponent) else { return nil }
            let size = Int(min(exponent.digits ?? 99_999, 99_999))
            parts.exponent += isNegative ? -size : size
        }
        return at == text.count ? parts : nil
    }

    private static func readDigits(_ text: Span<UInt8>, _ at: inout Int, _ parts: inout Parts) -> Bool {
        let start = at
        while at < text.count {
            let digit = text[at] &- 48
            guard digit < 10 else { break }
            if let digits = parts.digits {
                let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
                parts.digits = overflow || carry ? nil : sum
            }
            at += 1
        }
        return at > start
    }

    /// Both factors are exact doubles, so one multiplication or division rounds once (Clinger, "How to Read Floating
    /// Point Numbers Accurately", 1990).
    private static func exact(_ parts: Parts) -> Double? {
        guard let digits = parts.digits, digits <= 1 << 53, abs(parts.exponent) <= 22 else { return nil }
        var power = 1.0
        for _ in 0..<abs(parts.exponent) { power *= 10 }
        let value = parts.exponent < 0 ? Double(digits) / power : Double(digits) * power
        return parts.isNegative ? -value : value
    }
}

/// Sizes and time spans as people write them.
public enum Quantity {
    /// Bytes: `65536`, `512B`, `64KiB`, `1MB` (units of 1000 and, with an `i`, of 1024; upper and lower case are the same).
    /// Nil when it is no size or over `Int64.max`.
    public static func bytes(_ text: String) -> Int64? {
        var rest = Substring(text)
        guard let number = wholeNumber(&rest) else { return nil }
        let factor: Int64
        switch rest.drop(while: { $0 == " " }).lowercased() {
        case "", "b": factor = 1
        case "kb": factor = 1_000
        case "mb": factor = 1_000_000
        case "gb": factor = 1_000_000_000
        case "tb": factor = 1_000_000_000_000
        case "kib": factor = 1 << 10
        case "mib": factor = 1 << 20
        case "gib": factor = 1 << 30
        case "tib": factor = 1 << 40
        default: return nil
        }
        let (value, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : value
    }

    /// Nanoseconds: `250ms`, `1.5s`, `1h30m`; units are `ns`, `us`, `ms`, `s`, `m`, `h` and `d`. Zero needs no unit.
    /// Nil when it is no time span or over `Int64.max` nanoseconds (292 years).
    public static func nanoseconds(_ text: String) -> Int64? {
        var rest = Substring(text)
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = span(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        }
        return total
    }

    /// One number with a unit, cut off the front.
    private static func span(_ rest: inout Substring) -> Int64? {
        guard let whole = wholeNumber(&rest) else { return nil }
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty, fraction.count <= 9 else { return nil }
            rest.removeFirst(fraction.count)
        }
        let letters = rest.prefix { $0.isLetter }
        rest.removeFirst(letters.count)
        let unit: Int64
        switch letters {
        case "ns": unit = 1
        case "us", "µs", "μs": unit = 1_000
        case "ms": unit = 1_000_000
        case "s": unit = 1_000_000_000
        case "m", "min": unit = 60_000_000_000
        case "h": unit = 3_600_000_000_000
        case "d": unit = 86_400_000_000_000
        default: return nil
        }
        var (value, overflow) = whole.multipliedReportingOverflow(by: unit)
        var digitUnit = unit
        for digit in fraction.utf8 {
            digitUnit /= 10
            let (sum, carry) = value.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")) * digitUnit)
            value = sum
            overflow = overflow || carry
        }
        return overflow ? nil : value
    }

    /// Leading decimal digits, cut off the front; nil without any or over `Int64.max`.
    private static func wholeNumber(_ rest: inout Substring) -> Int64? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest.removeFirst(digits.count)
        return Int64(digits)
    }
}

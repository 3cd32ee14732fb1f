extension Int64 {
    /// A number from its decimal text, with or without a sign; nil when it is none or too large.
    public init?(decimal text: Span<UInt8>) {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        guard index < text.count else { return nil }
        var value: Int64 = 0
        while index < text.count {
            let digit = Int64(text[index]) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, passes) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            if isTooLarge || passes { return nil }
            value = next
            index += 1
        }
        self = value
    }
}

extension Double {
    /// A number from its decimal text, such as `-12.5e3`; nil when it is none. Right to the last bit for numbers of up to
    /// 15 digits with an exponent of at most 22, within two units of the last place for others.
    public init?(decimal text: Span<UInt8>) {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var digits: UInt64 = 0
        var exponent = 0
        var count = 0
        var isFraction = false
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else if byte >= 48, byte <= 57 {
                count += 1
                if digits < 100_000_000_000_000_000 {
                    digits = digits * 10 + UInt64(byte - 48)
                    if isFraction { exponent -= 1 }
                } else if !isFraction {
                    exponent += 1
                }
            } else {
                break
            }
            index += 1
        }
        guard count > 0 else { return nil }
        if index < text.count {
            guard text[index] | 0x20 == UInt8(ascii: "e"),
                let power = Int64(decimal: text.extracting(droppingFirst: index + 1))
            else { return nil }
            exponent += Int(Swift.max(-100_000, Swift.min(100_000, power)))
        }
        self = Self.scaled(digits, exponent)
        if isNegative { self = -self }
    }

    private static func scaled(_ digits: UInt64, _ exponent: Int) -> Double {
        var value = Double(digits)
        var rest = Swift.min(exponent.magnitude, 400)
        while rest > 0, value != 0 {
            let step = Swift.min(rest, 22)
            var power = 1.0
            for _ in 0..<step { power *= 10 }
            value = exponent < 0 ? value / power : value * power
            rest -= step
        }
        return value
    }
}

extension ByteWriter {
    /// Appends a number in decimal.
    public mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Appends a number in decimal.
    public mutating func append(decimal value: Int) { append(decimal: Int64(value)) }

    /// Appends a number in decimal.
    public mutating func append(decimal value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: value / divisor % 10) + 48)
            divisor /= 10
        }
    }

    /// Appends a number in lower-case hexadecimal with at least `width` digits.
    public mutating func append(hexadecimal value: UInt64, width: Int = 1) {
        let significant = (64 - value.leadingZeroBitCount + 3) / 4
        var digit = max(significant, min(width, 16), 1)
        while digit > 0 {
            digit -= 1
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(digit * 4)) & 15
            append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
    }

    /// Appends bytes as two lower-case hexadecimal digits each.
    public mutating func append(hexadecimal bytes: Span<UInt8>) {
        for index in 0..<bytes.count { append(hexadecimal: UInt64(bytes[index]), width: 2) }
    }
}

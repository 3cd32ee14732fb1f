extension ByteBuffer {
    /// Appends a signed number in decimal.
    @inlinable
    public mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Appends an unsigned number in decimal, filled on the left to `width` with `fill`.
    @inlinable
    public mutating func append(decimal value: UInt64, width: Int = 1, fill: UInt8 = UInt8(ascii: "0")) {
        let digits = Self.decimalDigits(value)
        if digits < width { append(repeating: fill, count: width - digits) }
        reserve(digits)
        var rest = value
        var at = count + digits
        while rest >= 10 {
            at &-= 1
            let quotient = rest / 10
            buffer.store(UInt8(truncatingIfNeeded: 48 &+ (rest &- quotient &* 10)), at: at)
            rest = quotient
        }
        at &-= 1
        buffer.store(UInt8(truncatingIfNeeded: 48 &+ rest), at: at)
        length &+= digits
    }

    /// Appends a number in lower-case hexadecimal with at least `width` digits.
    public mutating func append(hexadecimal value: UInt64, width: Int = 1) {
        let significant = (64 - value.leadingZeroBitCount + 3) / 4
        for shift in stride(from: max(width, significant, 1) - 1, through: 0, by: -1) {
            let digit = shift < 16 ? UInt8(truncatingIfNeeded: value >> UInt64(shift * 4)) & 15 : 0
            append(digit < 10 ? 48 &+ digit : 87 &+ digit)
        }
    }

    /// Decimal digits that `value` takes.
    @inlinable
    public static func decimalDigits(_ value: UInt64) -> Int {
        var digits = 1
        var limit: UInt64 = 10
        while value >= limit {
            digits &+= 1
            if digits == 20 { break }
            limit &*= 10
        }
        return digits
    }
}

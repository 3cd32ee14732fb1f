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
        guard value < 100_000_000 else { return append(largeDecimal: value, width: width, fill: fill) }
        let digits = Self.eightDigits(UInt32(truncatingIfNeeded: value))
        let zeros = min(digits.trailingZeroBitCount >> 3, 7)
        if width > 8 &- zeros { append(repeating: fill, count: width &- 8 &+ zeros) }
        reserve(8)
        let text = (digits | 0x3030_3030_3030_3030) >> UInt64(truncatingIfNeeded: zeros &* 8)
        buffer.storeUnaligned(text.littleEndian, at: length)
        length &+= 8 &- zeros
    }

    /// The eight decimal digits of a number below 10^8 as bytes, the first digit in the lowest. Halves, quarters and
    /// digits are parted side by side in one register, divisions being multiplications with the reciprocal.
    @inlinable
    @inline(__always)
    static func eightDigits(_ value: UInt32) -> UInt64 {
        let upper = value / 10_000
        let halves = UInt64(upper) | UInt64(value &- upper &* 10_000) << 32
        let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
        let quarters = hundreds | (halves &- hundreds &* 100) << 16
        let tens = (quarters &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (quarters &- tens &* 10) << 8
    }

    @usableFromInline
    mutating func append(largeDecimal value: UInt64, width: Int, fill: UInt8) {
        let upper = value / 100_000_000
        append(decimal: upper, width: width - 8, fill: fill)
        let lower = Self.eightDigits(UInt32(truncatingIfNeeded: value - upper * 100_000_000))
        reserve(8)
        buffer.storeUnaligned((lower | 0x3030_3030_3030_3030).littleEndian, at: length)
        length &+= 8
    }

    /// Appends a number in lower-case hexadecimal with at least `width` digits.
    public mutating func append(hexadecimal value: UInt64, width: Int = 1) {
        let significant = (64 - value.leadingZeroBitCount + 3) / 4
        for shift in stride(from: max(width, significant, 1) - 1, through: 0, by: -1) {
            let digit = shift < 16 ? UInt8(truncatingIfNeeded: value >> UInt64(shift * 4)) & 15 : 0
            append(digit < 10 ? 48 &+ digit : 87 &+ digit)
        }
    }
}

import PatchbayCore

/// Decimal digits of a positive number: `0.d1d2d3... * 10^(exponent + 1)`, so `exponent` is that of the first digit.
struct DecimalDigits {
    var digits: InlineArray<17, UInt8> = .init(repeating: 0)
    var count = 0
    var exponent = 0

    fileprivate mutating func append(_ digit: UInt8) {
        guard count < 17 else { return }
        digits[count] = digit
        count += 1
    }

    /// Adds one to the last digit.
    fileprivate mutating func roundUp() {
        var index = count - 1
        while index >= 0 {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
            index -= 1
        }
        digits[0] = 1
        exponent += 1
    }

    /// Drops zeros at the end, but not the first digit.
    fileprivate mutating func trim() {
        while count > 1, digits[count - 1] == 0 { count -= 1 }
    }
}

/// Exact conversion of binary floating point to decimal, without a C library (it also runs as WebAssembly).
enum FloatText {
    /// The value of an IEEE 754 half.
    static func double(half bits: UInt16) -> Double {
        let exponent = Int((bits >> 10) & 31)
        let fraction = UInt64(bits & 1023)
        let sign = UInt64(bits >> 15) << 63
        if exponent == 31 { return Double(bitPattern: sign | 0x7FF0_0000_0000_0000 | fraction << 42) }
        if exponent > 0 { return Double(bitPattern: sign | UInt64(exponent - 15 + 1023) << 52 | fraction << 42) }
        let magnitude = Double(fraction) / 16_777_216
        return sign == 0 ? magnitude : -magnitude
    }

    /// The first `precision` digits of a positive finite number, correctly rounded, ties to even.
    static func digits(_ value: Double, precision: Int) -> DecimalDigits {
        if precision == 6, let quick = sixDigits(value) { return quick }
        var (numerator, denominator, exponent) = ratio(value)
        var result = DecimalDigits()
        result.exponent = exponent
        exponent = 0
        for _ in 0..<precision {
            numerator.multiply(by: 10)
            result.append(numerator.digit(dividingBy: denominator))
        }
        numerator.multiply(by: 2)
        let half = numerator.compare(denominator)
        if half > 0 || (half == 0 && result.digits[result.count - 1] & 1 == 1) { result.roundUp() }
        result.trim()
        return result
    }

    /// `value = numerator / denominator * 10^(exponent + 1)` with the fraction in [0.1, 1).
    private static func ratio(_ value: Double) -> (BigNumber, BigNumber, Int) {
        let fraction = value.significandBitPattern
        let biased = Int(value.exponentBitPattern)
        let significand = biased == 0 ? fraction : fraction | 1 << 52
        let power = (biased == 0 ? 1 : biased) - 1075
        var numerator = BigNumber(significand)
        var denominator = BigNumber(1)
        if power >= 0 { numerator.shiftLeft(power) } else { denominator.shiftLeft(-power) }
        // log10 of the value, at most one too small: 1233 / 4096 is just below log10(2).
        let binary = power + 63 - significand.leadingZeroBitCount
        var exponent = (binary * 1233) >> 12
        if exponent >= 0 {
            denominator.multiply(byPowerOfTen: exponent)
        } else {
            numerator.multiply(byPowerOfTen: -exponent)
        }
        // Now 1 <= numerator / denominator < 100 or so: find the power that brings it below 1.
        while numerator.compare(denominator) >= 0 {
            denominator.multiply(by: 10)
            exponent += 1
        }
        while scaled(numerator).compare(denominator) < 0 {
            numerator.multiply(by: 10)
            exponent -= 1
        }
        return (numerator, denominator, exponent - 1)
    }

    private static func scaled(_ number: BigNumber) -> BigNumber {
        var result = number
        result.multiply(by: 10)
        return result
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        var result: UInt64 = 1
        for _ in 0..<exponent { result &*= 10 }
        return result
    }

    /// The common magnitudes in 128-bit arithmetic; nil for all others.
    private static func sixDigits(_ value: Double) -> DecimalDigits? {
        guard value >= 1e-3, value < 1e15 else { return nil }
        var exponent = -3
        var bound = 1e-2
        while value >= bound {
            exponent += 1
            bound *= 10
        }
        let digits: UInt64
        let aboveHalf: Int
        if exponent <= 5 {
            let scale = powerOfTen(5 - exponent)
            let shift = UInt64(1075 - Int(value.exponentBitPattern))
            guard shift > 0, shift < 64 else { return nil }
            let product = (value.significandBitPattern | 1 << 52).multipliedFullWidth(by: scale)
            digits = product.high << (64 - shift) | product.low >> shift
            let rest = product.low & ((1 << shift) - 1)
            let half: UInt64 = 1 << (shift - 1)
            aboveHalf = rest < half ? -1 : rest == half ? 0 : 1
        } else {
            let scale = powerOfTen(exponent - 5)
            let whole = UInt64(value)
            digits = whole / scale
            let twice = (whole % scale) * 2
            let hasFraction = Double(whole) != value
            aboveHalf = twice < scale ? -1 : twice > scale || hasFraction ? 1 : 0
        }
        guard digits >= 100_000, digits < 1_000_000 else { return nil }
        var result = DecimalDigits()
        result.exponent = exponent
        var divisor: UInt64 = 100_000
        while divisor > 0 {
            result.append(UInt8(truncatingIfNeeded: digits / divisor % 10))
            divisor /= 10
        }
        if aboveHalf > 0 || (aboveHalf == 0 && digits & 1 == 1) { result.roundUp() }
        result.trim()
        return result
    }
}

extension ByteBuffer {
    /// Appends a number as C's `%g` does: six digits, zeros at the end dropped.
    mutating func append(general value: Double) {
        if value.sign == .minus { append(UInt8(ascii: "-")) }
        if value.isNaN { return append(literal: "nan") }
        if value.isInfinite { return append(literal: "inf") }
        if value == 0 { return append(UInt8(ascii: "0")) }
        let digits = FloatText.digits(value.magnitude, precision: 6)
        if digits.exponent < -4 || digits.exponent >= 6 {
            append(scientific: digits)
        } else {
            append(fixed: digits)
        }
    }

    /// `d.ddde+XX`
    mutating func append(scientific digits: DecimalDigits) {
        append(48 + digits.digits[0])
        if digits.count > 1 { append(UInt8(ascii: ".")) }
        for index in 1..<max(1, digits.count) { append(48 + digits.digits[index]) }
        append(UInt8(ascii: "e"))
        append(digits.exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        append(decimal: UInt64(digits.exponent.magnitude), width: 2)
    }

    /// `ddd.ddd`
    mutating func append(fixed digits: DecimalDigits) {
        if digits.exponent < 0 {
            append(literal: "0.")
            append(repeating: UInt8(ascii: "0"), count: -digits.exponent - 1)
        }
        for index in 0..<digits.count {
            append(48 + digits.digits[index])
            if index == digits.exponent, index + 1 < digits.count { append(UInt8(ascii: ".")) }
        }
        append(repeating: UInt8(ascii: "0"), count: digits.exponent + 1 - digits.count)
    }
}

/// A whole number of up to 1,280 bits: enough to hold any double times the power of ten that brings it near 1.
struct BigNumber {
    private var words: InlineArray<40, UInt32> = .init(repeating: 0)
    private var count = 0

    init(_ value: UInt64) {
        words[0] = UInt32(truncatingIfNeeded: value)
        words[1] = UInt32(truncatingIfNeeded: value >> 32)
        count = value >> 32 != 0 ? 2 : value != 0 ? 1 : 0
    }

    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in 0..<count {
            let product = UInt64(words[index]) &* UInt64(factor) &+ carry
            words[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry != 0, count < 40 {
            words[count] = UInt32(truncatingIfNeeded: carry)
            count += 1
        }
    }

    mutating func multiply(byPowerOfTen exponent: Int) {
        var rest = exponent
        while rest >= 9 {
            multiply(by: 1_000_000_000)
            rest -= 9
        }
        for _ in 0..<max(0, rest) { multiply(by: 10) }
    }

    mutating func shiftLeft(_ bits: Int) {
        guard count > 0 else { return }
        for _ in 0..<bits % 32 { multiply(by: 2) }
        let moved = bits / 32
        guard moved > 0, count + moved <= 40 else { return }
        for index in stride(from: count - 1, through: 0, by: -1) { words[index + moved] = words[index] }
        for index in 0..<moved { words[index] = 0 }
        count += moved
    }

    /// Negative, zero or positive like `self - other`.
    func compare(_ other: BigNumber) -> Int {
        if count != other.count { return count < other.count ? -1 : 1 }
        for index in stride(from: count - 1, through: 0, by: -1) where words[index] != other.words[index] {
            return words[index] < other.words[index] ? -1 : 1
        }
        return 0
    }

    /// Takes away `other`, which must not be larger.
    mutating func subtract(_ other: BigNumber) {
        var borrow: Int64 = 0
        for index in 0..<count {
            var difference = Int64(words[index]) - Int64(other.words[index]) - borrow
            borrow = difference < 0 ? 1 : 0
            if difference < 0 { difference += 1 << 32 }
            words[index] = UInt32(truncatingIfNeeded: difference)
        }
        while count > 0, words[count - 1] == 0 { count -= 1 }
    }

    /// `self / other`, which is below 10, leaving the rest.
    mutating func digit(dividingBy other: BigNumber) -> UInt8 {
        var digit: UInt8 = 0
        while digit < 9, compare(other) >= 0 {
            subtract(other)
            digit += 1
        }
        return digit
    }
}

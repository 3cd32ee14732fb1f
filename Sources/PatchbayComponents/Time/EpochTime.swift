import PatchbayCore

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

import PatchbayGuest

extension Span where Element == UInt8 {
    /// Where a byte lies first; the count when it is nowhere.
    func position(of byte: UInt8) -> Int {
        var index = 0
        while index < count, self[index] != byte { index += 1 }
        return index
    }
}

/// Reports the rest of a line as bytes that are no record.
func skipLine(_ input: inout ParserInput, _ reason: SkipReason) {
    let length = input.bytes.position(of: UInt8(ascii: "\n"))
    let isComplete = length < input.bytes.count
    input.isStillDiscarding = !isComplete && !input.isLast
    input.skip(isComplete ? length + 1 : length, reason)
}

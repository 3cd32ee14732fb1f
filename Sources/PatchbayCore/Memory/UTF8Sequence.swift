extension Span where Element == UInt8 {
    /// Length of the well-formed UTF-8 sequence of two to four bytes that begins at `at`; 0 when there is none
    /// (Unicode 16.0, table 3-7). Traps when `at` is not an index.
    public func utf8SequenceLength(at: Int) -> Int {
        switch self[at] {
        case 0xC2...0xDF: isTail(at + 1) ? 2 : 0
        case 0xE0: isTail(at + 1, 0xA0...0xBF) && isTail(at + 2) ? 3 : 0
        case 0xED: isTail(at + 1, 0x80...0x9F) && isTail(at + 2) ? 3 : 0
        case 0xE1...0xEF: isTail(at + 1) && isTail(at + 2) ? 3 : 0
        case 0xF0: isTail(at + 1, 0x90...0xBF) && isTail(at + 2) && isTail(at + 3) ? 4 : 0
        case 0xF4: isTail(at + 1, 0x80...0x8F) && isTail(at + 2) && isTail(at + 3) ? 4 : 0
        case 0xF1...0xF3: isTail(at + 1) && isTail(at + 2) && isTail(at + 3) ? 4 : 0
        default: 0
        }
    }

    private func isTail(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        index < count && range.contains(self[index])
    }
}

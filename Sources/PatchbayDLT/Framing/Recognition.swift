import PatchbayCore

extension DLTParser {
    /// How sure the first bytes of an input make it that this is DLT.
    public enum Confidence: Int, Sendable, Comparable {
        /// It is not, or there are too few bytes.
        case none
        /// Bare messages that make sense.
        case plausible
        /// A storage or serial header at the very beginning, or messages behind damage.
        case certain

        /// By certainty.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Judges the beginning of an input, for choosing a parser by content. A few kilobytes are enough; they are copied.
    public static func confidence(_ beginning: Span<UInt8>) -> Confidence {
        let size = min(beginning.count, 65_536)
        guard size >= 4 else { return .none }
        let copy = Bytes(copying: beginning.extracting(first: size))
        let walker = Walker(copy.buffer, end: size, isLast: false, framing: .automatic)
        if walker.isPattern(0) { return .certain }
        var position = 0
        var messages = 0
        var isDamaged = false
        while position < size, messages < 4 {
            switch walker.step(position) {
            case .message(let message):
                if message.hasStorage || walker.isPattern(Int(message.start)) { return .certain }
                messages += walker.isSelfEvident(message) ? 4 : 1
                position = Int(message.end)
            case .skip(let length, _):
                isDamaged = true
                messages = 0
                position += length
            case .needMore:
                return messages > 1 && !isDamaged ? .plausible : .none
            }
        }
        return messages > 1 && !isDamaged ? .plausible : .none
    }

    /// Whether an input that begins like this is DLT.
    public static func recognises(_ beginning: Span<UInt8>) -> Bool { confidence(beginning) > .none }
}

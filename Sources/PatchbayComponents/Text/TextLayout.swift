import PatchbayCore

extension ByteBuffer {
    /// Appends `text`, filled up to the width of `layout`. Characters are counted as Unicode scalars.
    mutating func append(_ text: Span<UInt8>, layout: TextLayout, isNumeric: Bool) {
        var characters = 0
        for index in text.indices where text[index] & 0xC0 != 0x80 { characters += 1 }
        let missing = layout.width - characters
        guard missing > 0 else { return append(text) }
        if layout.isZeroFilled, isNumeric {
            let sign = text[0] == UInt8(ascii: "-") ? 1 : 0
            append(text.extracting(first: sign))
            append(repeating: UInt8(ascii: "0"), count: missing)
            return append(text.extracting(droppingFirst: sign))
        }
        let before =
            switch layout.alignment ?? (isNumeric ? .right : .left) {
            case .left: 0
            case .right: missing
            case .middle: missing / 2
            }
        fill(layout.fill, count: before)
        append(text)
        fill(layout.fill, count: missing - before)
    }

    private mutating func fill(_ character: [UInt8], count: Int) {
        for _ in 0..<count { append(character.span) }
    }

    /// Appends `text` for a terminal: control characters, which could move the cursor or change what was printed
    /// before, become `\n`, `\r` or `\xNN`, and so do bytes that are no UTF-8. A tab stays.
    mutating func append(escapingControl text: Span<UInt8>) {
        var at = 0
        var from = 0
        while at < text.count {
            let byte = text[at]
            if byte >= 0x20 && byte < 0x7F || byte == 0x09 {
                at += 1
                continue
            }
            let length = byte < 0x80 ? 0 : text.utf8SequenceLength(at: at)
            // U+0080 to U+009F are the control characters of ISO 6429 in one byte.
            let isControl = length == 2 && byte == 0xC2 && text[at + 1] < 0xA0
            if length > 0, !isControl {
                at += length
                continue
            }
            append(text.extracting(from..<at))
            for _ in 0..<max(1, length) {
                appendEscape(of: text[at])
                at += 1
            }
            from = at
        }
        append(text.extracting(from..<at))
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case 0x0A: append(literal: "\\n")
        case 0x0D: append(literal: "\\r")
        default:
            append(literal: "\\x")
            append(hexadecimal: UInt64(byte), width: 2)
        }
    }
}

import PatchbayCore

extension ByteBuffer {
    /// Fills what was written from `start` on up to the width of `layout`. Characters are counted as Unicode scalars.
    mutating func fill(from start: Int, layout: TextLayout, isNumeric: Bool) {
        var missing = layout.width
        for index in start..<count where self[index] & 0xC0 != 0x80 { missing -= 1 }
        guard missing > 0 else { return }
        if layout.isZeroFilled, isNumeric {
            let sign = self[start] == UInt8(ascii: "-") ? 1 : 0
            return insert(repeating: UInt8(ascii: "0"), count: missing, at: start + sign)
        }
        let before =
            switch layout.alignment ?? (isNumeric ? .right : .left) {
            case .left: 0
            case .right: missing
            case .middle: missing / 2
            }
        insert(layout.fill, count: before, at: start)
        insert(layout.fill, count: missing - before, at: count)
    }

    private mutating func insert(_ character: TextLayout.Fill, count: Int, at index: Int) {
        let size = character.size
        insert(repeating: character.byte(0), count: count * size, at: index)
        guard size > 1 else { return }
        for place in 0..<(count * size) { replace(at: index + place, with: character.byte(place % size)) }
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

public import PatchbayCore

extension ByteBuffer {
    /// Appends `text` as a JSON string with its quotes (RFC 8259). Control characters, quote and backslash are escaped;
    /// bytes that are no UTF-8 become U+FFFD, and the result is false then.
    @discardableResult
    public mutating func append(jsonString text: Span<UInt8>) -> Bool {
        var isText = true
        append(UInt8(ascii: "\""))
        var at = 0
        var from = 0
        while at < text.count {
            let byte = text[at]
            if byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                at &+= 1
                continue
            }
            let length = byte < 0x80 ? 0 : text.utf8SequenceLength(at: at)
            if length > 0 {
                at &+= length
                continue
            }
            append(text.extracting(from..<at))
            if byte >= 0x80 { isText = false }
            JSONEscape.append(escapeOf: byte, to: &self)
            at &+= 1
            from = at
        }
        append(text.extracting(from..<at))
        append(UInt8(ascii: "\""))
        return isText
    }

    /// Appends `text` as a JSON string with its quotes.
    public mutating func append(jsonString text: String) {
        append(jsonString: Bytes(text).span)
    }
}

private enum JSONEscape {
    /// What stands for a byte that may not stand for itself.
    static func append(escapeOf byte: UInt8, to output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): output.append(literal: "\\\"")
        case UInt8(ascii: "\\"): output.append(literal: "\\\\")
        case 0x08: output.append(literal: "\\b")
        case 0x09: output.append(literal: "\\t")
        case 0x0A: output.append(literal: "\\n")
        case 0x0C: output.append(literal: "\\f")
        case 0x0D: output.append(literal: "\\r")
        case ..<0x20:
            output.append(literal: "\\u")
            output.append(hexadecimal: UInt64(byte), width: 4)
        default: output.append(literal: "\u{FFFD}")
        }
    }
}

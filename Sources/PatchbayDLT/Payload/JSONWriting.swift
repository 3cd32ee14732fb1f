import PatchbayCore

extension ByteBuffer {
    /// Appends text from a message as a JSON string (RFC 8259), up to its first NUL. Bytes that are no UTF-8 become
    /// `\xNN`, as in the payload text.
    mutating func appendJSONText(_ source: Buffer, _ range: Range<Int>) {
        append(UInt8(ascii: "\""))
        var position = range.lowerBound
        while position < range.upperBound {
            let plain = Self.plainEnd(source, position, range.upperBound)
            append(copying: source, at: position, count: plain &- position)
            position = plain
            guard position < range.upperBound else { break }
            let byte = source.byte(position)
            if byte == 0 { break }
            var length = 1
            if byte < 0x80 {
                append(jsonCharacter: byte)
            } else {
                let rest = source.bytes(at: position, count: range.upperBound &- position)
                length = rest.utf8SequenceLength(at: 0)
                if length > 0 {
                    append(copying: source, at: position, count: length)
                } else {
                    append(UInt8(ascii: "\\"))
                    appendEscape(byte)
                    length = 1
                }
            }
            position &+= length
        }
        append(UInt8(ascii: "\""))
    }

    /// End of the run of bytes that stand for themselves in JSON.
    @inline(__always)
    private static func plainEnd(_ source: Buffer, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end {
            let byte = source.byte(position)
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            position &+= 1
        }
        return position
    }

    private mutating func append(jsonCharacter byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            append(UInt8(ascii: "\\"))
            append(byte)
        case 0x0A: append(literal: "\\n")
        case 0x0D: append(literal: "\\r")
        case 0x09: append(literal: "\\t")
        case 0..<0x20:
            append(literal: "\\u")
            append(hexadecimal: UInt64(byte), width: 4)
        default: append(byte)
        }
    }

    /// Appends `"name":` with a comma in front unless an object or array was just opened.
    mutating func appendJSONKey(_ name: StaticString) {
        appendJSONComma()
        append(UInt8(ascii: "\""))
        append(literal: name)
        append(literal: "\":")
    }

    /// Appends a comma unless an object or array was just opened.
    mutating func appendJSONComma() {
        guard count > 0 else { return }
        let last = span[count - 1]
        if last != UInt8(ascii: "{"), last != UInt8(ascii: "["), last != UInt8(ascii: ":") {
            append(UInt8(ascii: ","))
        }
    }

    /// Appends bytes as a JSON string of hexadecimal digits.
    mutating func appendJSONHex(_ source: Buffer, _ range: Range<Int>) {
        append(UInt8(ascii: "\""))
        append(hexadecimal: source, range)
        append(UInt8(ascii: "\""))
    }

    /// Appends the shortest decimal number that reads back as the same; a string when it is not finite.
    mutating func appendJSON<Number: BinaryFloatingPoint & TextOutputStreamable>(float number: Number) {
        if number.isFinite { return append(shortest: number) }
        append(UInt8(ascii: "\""))
        append(shortest: number)
        append(UInt8(ascii: "\""))
    }
}

import PatchbayCore

/// Looks at raw JSON text without parsing more than is asked for.
enum JSONText {
    enum Kind {
        case missing
        case text
        case number
        case truth(Bool)
        /// An array, an object, or bytes that are no JSON.
        case other
    }

    /// What kind of value `raw` is; an empty text counts as none, like `null`.
    static func kind(_ raw: Span<UInt8>) -> Kind {
        guard raw.count > 0 else { return .missing }
        switch raw[0] {
        case UInt8(ascii: "\""):
            return raw.count > 1 && raw[raw.count - 1] == UInt8(ascii: "\"") ? .text : .other
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "n"): return raw.equals("null") ? .missing : .other
        case UInt8(ascii: "t"): return raw.equals("true") ? .truth(true) : .other
        case UInt8(ascii: "f"): return raw.equals("false") ? .truth(false) : .other
        default: return .other
        }
    }

    /// Whether the text of a string value can be read where it lies.
    static func isPlain(_ raw: Span<UInt8>) -> Bool { raw.position(of: UInt8(ascii: "\\")) == nil }

    /// Calls `body` with what a string value says, or with the raw text of another value; `scratch` serves for strings
    /// with escapes.
    static func read<Result>(
        _ raw: Span<UInt8>,
        scratch: inout ByteBuffer,
        _ body: (Span<UInt8>) -> Result
    ) -> Result {
        guard case .text = kind(raw) else { return body(raw) }
        let inner = raw.extracting(1..<(raw.count - 1))
        if isPlain(inner) { return body(inner) }
        scratch.removeAll()
        decode(inner, into: &scratch)
        return body(scratch.span)
    }

    /// Appends what the inside of a JSON string says. Escapes that JSON does not know stay as they are; half of a
    /// surrogate pair becomes U+FFFD.
    static func decode(_ inner: Span<UInt8>, into output: inout ByteBuffer) {
        var at = 0
        while at < inner.count {
            let byte = inner[at]
            guard byte == UInt8(ascii: "\\"), at + 1 < inner.count else {
                output.append(byte)
                at += 1
                continue
            }
            let escape = inner[at + 1]
            at += 2
            switch escape {
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(escape)
            case UInt8(ascii: "u"): decodeUnit(inner, &at, into: &output)
            default:
                output.append(UInt8(ascii: "\\"))
                output.append(escape)
            }
        }
    }

    private static func decodeUnit(_ inner: Span<UInt8>, _ at: inout Int, into output: inout ByteBuffer) {
        guard let unit = hexadecimal(inner, at) else {
            output.append(literal: "\\u")
            return
        }
        at += 4
        var scalar = unit
        if unit >> 10 == 0x36, at + 1 < inner.count, inner[at] == UInt8(ascii: "\\"),
            inner[at + 1] == UInt8(ascii: "u"),
            let low = hexadecimal(inner, at + 2), low >> 10 == 0x37
        {
            scalar = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
            at += 6
        }
        append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &output)
    }

    private static func hexadecimal(_ inner: Span<UInt8>, _ start: Int) -> UInt32? {
        guard start + 4 <= inner.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let byte = inner[index]
            let digit =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
                case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
                case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
                default: 16 as UInt8
                }
            guard digit < 16 else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func append(_ scalar: Unicode.Scalar, to output: inout ByteBuffer) {
        let value = scalar.value
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (value >> shift & 0x3F)) }
        switch value {
        case 0..<0x80: output.append(UInt8(truncatingIfNeeded: value))
        case 0x80..<0x800:
            output.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
            output.append(tail(0))
        case 0x800..<0x10000:
            output.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
            output.append(tail(6))
            output.append(tail(0))
        default:
            output.append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
            output.append(tail(12))
            output.append(tail(6))
            output.append(tail(0))
        }
    }
}

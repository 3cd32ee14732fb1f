import PatchbayCore

/// Looks at raw JSON text without parsing more than is asked for.
enum JSONValue {
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
        scratch.append(unescapingJSON: inner)
        return body(scratch.span)
    }
}

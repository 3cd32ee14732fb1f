internal import PatchbayCore
internal import PatchbayPlugin

/// Goes through JSON text (RFC 8259) value by value without making anything of it. Every method begins at a value, a key
/// or a mark, and ends behind it. The text is hostile.
struct JSONScanner {
    let text: Bytes
    private(set) var at = 0
    private static let depthLimit = 128

    init(_ text: Bytes) { self.text = text }

    /// Whether nothing but space is left.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return at == text.count
        }
    }

    /// The next byte that is no space; 0 at the end.
    var next: UInt8 {
        mutating get {
            skipSpace()
            return at < text.count ? text.span[at] : 0
        }
    }

    /// Goes behind `mark` if it is next.
    mutating func take(_ mark: UInt8) -> Bool {
        guard next == mark else { return false }
        at += 1
        return true
    }

    mutating func require(_ mark: UInt8) throws(PluginError) {
        guard take(mark) else { throw wrong("expected '\(Unicode.Scalar(mark))'") }
    }

    private mutating func skipSpace() {
        let text = text
        let span = text.span
        while at < span.count, span[at] == 0x20 || span[at] == 0x09 || span[at] == 0x0D || span[at] == 0x0A { at += 1 }
    }

    // MARK: Text

    /// The string that comes next: where it stands between its quotes, and whether it has escapes.
    mutating func string() throws(PluginError) -> (range: Range<Int>, hasEscapes: Bool) {
        try require(UInt8(ascii: "\""))
        let text = text
        let span = text.span
        let start = at
        var hasEscapes = false
        while at < span.count {
            switch span[at] {
            case UInt8(ascii: "\""):
                at += 1
                return (start..<at - 1, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                at += 2
            case ..<0x20: throw wrong("a control character in text must be written as an escape")
            default: at += 1
            }
        }
        at = span.count
        throw wrong("the text has no end")
    }

    /// Appends the string of `range`, escapes replaced by what they stand for. Half a surrogate pair becomes U+FFFD.
    func append(_ range: Range<Int>, hasEscapes: Bool, to output: inout ByteBuffer) throws(PluginError) {
        let text = text
        let span = text.span
        guard hasEscapes else { return output.append(span.extracting(range)) }
        var from = range.lowerBound
        var index = from
        while index < range.upperBound {
            guard span[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            output.append(span.extracting(from..<index))
            index = try appendEscape(index + 1, range.upperBound, to: &output)
            from = index
        }
        output.append(span.extracting(from..<range.upperBound))
    }

    /// Appends what the escape stands for whose letter is at `index`; returns where the next character stands.
    private func appendEscape(_ index: Int, _ end: Int, to output: inout ByteBuffer) throws(PluginError) -> Int {
        guard index < end else { throw wrong("this is no escape") }
        let byte = text.span[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            guard let unit = codeUnit(index + 1, end) else { throw wrong("this is no escape") }
            var scalar = UInt32(unit)
            var behind = index + 5
            if (0xD800..<0xDC00).contains(scalar), behind + 1 < end, text.span[behind] == UInt8(ascii: "\\"),
                text.span[behind + 1] == UInt8(ascii: "u"), let low = codeUnit(behind + 2, end),
                (0xDC00..<0xE000).contains(low)
            {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                behind += 6
            }
            append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &output)
            return behind
        default: throw wrong("this is no escape")
        }
        return index + 1
    }

    private func append(_ scalar: Unicode.Scalar, to output: inout ByteBuffer) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
    }

    private func codeUnit(_ index: Int, _ end: Int) -> UInt16? {
        guard index + 4 <= end else { return nil }
        var unit: UInt16 = 0
        for place in index..<index + 4 {
            let byte = text.span[place]
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt16(byte - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt16(byte - 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt16(byte - 0x57)
            default: return nil
            }
        }
        return unit
    }

    // MARK: Other values

    /// Goes behind `null`, `true` or `false`, if it is next.
    mutating func take(_ word: StaticString) -> Bool {
        skipSpace()
        let end = at + word.utf8CodeUnitCount
        guard end <= text.count, text.span.extracting(at..<end).equals(word) else { return false }
        at = end
        return true
    }

    /// The number that comes next, and whether it is a whole one.
    mutating func number() throws(PluginError) -> (range: Range<Int>, isWhole: Bool) {
        skipSpace()
        let text = text
        let span = text.span
        let start = at
        var isWhole = true
        if at < span.count, span[at] == UInt8(ascii: "-") { at += 1 }
        let leadsWithZero = at < span.count && span[at] == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole > 0, !leadsWithZero || whole == 1 else { throw wrong("expected a value") }
        if at < span.count, span[at] == UInt8(ascii: ".") {
            at += 1
            isWhole = false
            guard skipDigits() > 0 else { throw wrong("this is no number") }
        }
        if at < span.count, span[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            isWhole = false
            if at < span.count, span[at] == UInt8(ascii: "+") || span[at] == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() > 0 else { throw wrong("this is no number") }
        }
        return (start..<at, isWhole)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        let text = text
        let span = text.span
        while at < span.count, span[at] &- 48 < 10 { at += 1 }
        return at - start
    }

    /// Where the value that comes next stands, whatever it is.
    mutating func value(depth: Int = 1) throws(PluginError) -> Range<Int> {
        guard depth <= Self.depthLimit else { throw wrong("more than \(Self.depthLimit) levels deep") }
        let first = next
        let start = at
        switch first {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "{"):
            at += 1
            if take(UInt8(ascii: "}")) { break }
            repeat {
                skipSpace()
                try skipString()
                try require(UInt8(ascii: ":"))
                _ = try value(depth: depth + 1)
            } while take(UInt8(ascii: ","))
            try require(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            at += 1
            if take(UInt8(ascii: "]")) { break }
            repeat { _ = try value(depth: depth + 1) } while take(UInt8(ascii: ","))
            try require(UInt8(ascii: "]"))
        case UInt8(ascii: "t") where take("true"): break
        case UInt8(ascii: "f") where take("false"): break
        case UInt8(ascii: "n") where take("null"): break
        default: _ = try number()
        }
        return start..<at
    }

    /// Goes behind a string and checks its escapes.
    private mutating func skipString() throws(PluginError) {
        let (range, hasEscapes) = try string()
        guard hasEscapes else { return }
        let text = text
        let span = text.span
        var index = range.lowerBound
        while index < range.upperBound {
            if span[index] == UInt8(ascii: "\\") {
                index += 1
                let letter = index < range.upperBound ? span[index] : 0
                switch letter {
                case UInt8(ascii: "u"):
                    guard codeUnit(index + 1, range.upperBound) != nil else { throw wrong("this is no escape") }
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    break
                default: throw wrong("this is no escape")
                }
            }
            index += 1
        }
    }

    /// What is wrong here.
    func wrong(_ what: String) -> PluginError {
        PluginError(.invalidResult, "column \(min(at, text.count) + 1): this is not valid JSON: \(what)")
    }
}

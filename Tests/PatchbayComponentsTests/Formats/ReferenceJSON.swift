/// A slow and plain checker of RFC 8259, to compare the fast one with.
struct ReferenceJSON {
    private let text: [UInt8]
    private var at = 0
    private let maximumDepth: Int

    /// Whether `text` is one object, nested no deeper than `maximumDepth` below it, in valid UTF-8.
    static func isObject(_ text: [UInt8], maximumDepth: Int = 128) -> Bool {
        guard String(validating: text, as: UTF8.self) != nil else { return false }
        var checker = ReferenceJSON(text: text, maximumDepth: maximumDepth)
        checker.skipSpace()
        guard checker.peek == UInt8(ascii: "{"), checker.value(depth: 0) else { return false }
        checker.skipSpace()
        return checker.at == text.count
    }

    private init(text: [UInt8], maximumDepth: Int) {
        self.text = text
        self.maximumDepth = maximumDepth
    }

    private var peek: UInt8? { at < text.count ? text[at] : nil }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        guard text[at...].starts(with: word.utf8) else { return false }
        at += word.utf8.count
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return list(depth: depth, end: "}") { $0.member(depth: depth) }
        case UInt8(ascii: "["): return list(depth: depth, end: "]") { $0.value(depth: depth + 1) }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    private mutating func list(depth: Int, end: String, _ element: (inout ReferenceJSON) -> Bool) -> Bool {
        guard depth <= maximumDepth else { return false }
        at += 1
        skipSpace()
        if take(end) { return true }
        while true {
            guard element(&self) else { return false }
            skipSpace()
            if take(end) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func member(depth: Int) -> Bool {
        skipSpace()
        guard string() else { return false }
        skipSpace()
        return take(":") && value(depth: depth + 1)
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = peek {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case ..<0x20: return false
            case UInt8(ascii: "\\"):
                guard let letter = peek else { return false }
                at += 1
                if letter == UInt8(ascii: "u") {
                    for _ in 0..<4 {
                        guard let digit = peek, Character(UnicodeScalar(digit)).isHexDigit, digit < 0x80 else {
                            return false
                        }
                        at += 1
                    }
                } else if !"\"\\/bfnrt".utf8.contains(letter) {
                    return false
                }
            default: continue
            }
        }
        return false
    }

    private mutating func digits() -> Bool {
        let start = at
        while let byte = peek, (48...57).contains(byte) { at += 1 }
        return at > start
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), !digits() { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }
}

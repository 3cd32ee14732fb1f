import PatchbayCore

/// Cuts an expression into tokens.
struct Lexer {
    /// More bytes than this are no expression that a person or a sane program writes.
    static let lengthLimit = 65_536

    private let bytes: [UInt8]
    private var at = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// All tokens of `text`, the last one being ``Token/Kind/end``.
    static func tokens(of text: String) throws(ExpressionError) -> [Token] {
        guard text.utf8.count <= lengthLimit else {
            throw ExpressionError("an expression may have \(lengthLimit) bytes", at: lengthLimit..<lengthLimit)
        }
        var lexer = Lexer(text)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }

    private mutating func next() throws(ExpressionError) -> Token {
        while let byte = peek(), byte == 0x20 || (0x09...0x0D).contains(byte) { at += 1 }
        let start = at
        guard let byte = peek() else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): kind = try number()
        case UInt8(ascii: "'"), UInt8(ascii: "\""): kind = .text(try quoted(byte))
        case UInt8(ascii: "`"):
            kind = .quotedName(String(decoding: try quoted(byte), as: UTF8.self))
        case _ where Self.startsName(byte): kind = .word(name())
        default: kind = .sign(try sign(byte))
        }
        return Token(kind: kind, range: start..<at)
    }

    // MARK: Names

    static func startsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "$"), 0x80...0xFF: true
        default: false
        }
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        startsName(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func name() -> String {
        let start = at
        while let byte = peek() {
            // A dot belongs to the name when a name goes on behind it: `a.b`, but not the range `a..b`.
            let isDot = byte == UInt8(ascii: ".") && peek(1).map(Self.continuesName) == true
            guard isDot || Self.continuesName(byte) else { break }
            at += 1
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    // MARK: Signs

    private mutating func sign(_ byte: UInt8) throws(ExpressionError) -> Token.Sign {
        for sign in Token.Sign.allCases where bytes[at...].starts(with: sign.rawValue.utf8) {
            at += sign.rawValue.utf8.count
            return sign
        }
        let advice: String? =
            switch byte {
            case UInt8(ascii: "&"): "write 'and' or '&&'"
            case UInt8(ascii: "|"): "write 'or' or '||'"
            case UInt8(ascii: "~"): "write 'matches' with a pattern of * and ?"
            default: nil
            }
        throw ExpressionError("this character has no meaning here", at: at..<at + 1, advice: advice)
    }

    // MARK: Texts

    private mutating func quoted(_ quote: UInt8) throws(ExpressionError) -> [UInt8] {
        let start = at
        at += 1
        var text: [UInt8] = []
        while let byte = peek() {
            at += 1
            if byte == quote { return text }
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                try appendEscape(to: &text)
            } else {
                text.append(byte)
            }
        }
        throw ExpressionError("the closing quote is missing", at: start..<bytes.count)
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(ExpressionError) {
        let start = at - 1
        guard let byte = peek() else {
            throw ExpressionError("the closing quote is missing", at: start..<bytes.count)
        }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "0"): text.append(0)
        case UInt8(ascii: "x"): text.append(UInt8(truncatingIfNeeded: try hexadecimal(digits: 2, from: start)))
        case UInt8(ascii: "u"):
            guard let scalar = Unicode.Scalar(try hexadecimal(digits: 4, from: start)) else {
                throw ExpressionError("this is no character", at: start..<at, advice: "write the character itself")
            }
            text.append(contentsOf: Array(String(scalar).utf8))
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(byte)
        default:
            throw ExpressionError(
                "unknown escape in a text",
                at: start..<at,
                advice: #"known are \n \r \t \0 \\ \' \" \xHH \uHHHH"#
            )
        }
    }

    private mutating func hexadecimal(digits: Int, from start: Int) throws(ExpressionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek().flatMap(Self.hexadecimalDigit) else {
                throw ExpressionError("\(digits) hexadecimal digits must follow", at: start..<at)
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
        default: nil
        }
    }

    // MARK: Numbers

    private func isDigit(_ ahead: Int) -> Bool {
        peek(ahead).map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private mutating func number() throws(ExpressionError) -> Token.Kind {
        let start = at
        if peek() == UInt8(ascii: "0"), peek(1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            return .integer(try hexadecimalNumber())
        }
        while isDigit(0) { at += 1 }
        var isWhole = true
        if peek() == UInt8(ascii: "."), isDigit(1) {
            isWhole = false
            at += 1
            while isDigit(0) { at += 1 }
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            let isSigned = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if isDigit(isSigned ? 2 : 1) {
                isWhole = false
                at += isSigned ? 2 : 1
                while isDigit(0) { at += 1 }
            }
        }
        let digits = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole {
            guard let value = UInt64(digits), let scaled = try scaled(value, from: start) else {
                throw ExpressionError("this number does not fit 64 bits", at: start..<at)
            }
            return .integer(scaled)
        }
        try refuseName(from: start)
        guard let value = Double(digits), value.isFinite else {
            throw ExpressionError("this number is too large", at: start..<at)
        }
        return .number(value)
    }

    private mutating func hexadecimalNumber() throws(ExpressionError) -> UInt64 {
        let start = at
        at += 2
        var value: UInt64 = 0
        var digits = 0
        while let digit = peek().flatMap(Self.hexadecimalDigit) {
            guard value >> 60 == 0 else { throw ExpressionError("this number does not fit 64 bits", at: start..<at) }
            value = value << 4 | UInt64(digit)
            digits += 1
            at += 1
        }
        guard digits > 0 else { throw ExpressionError("hexadecimal digits must follow '0x'", at: start..<at) }
        try refuseName(from: start)
        return value
    }

    /// A number of bytes may be written with a unit: `64KiB`.
    private mutating func scaled(_ value: UInt64, from start: Int) throws(ExpressionError) -> UInt64? {
        let unitStart = at
        while let byte = peek(), Self.continuesName(byte) { at += 1 }
        let factor: UInt64
        switch String(decoding: bytes[unitStart..<at], as: UTF8.self) {
        case "": factor = 1
        case "KiB": factor = 1 << 10
        case "MiB": factor = 1 << 20
        case "GiB": factor = 1 << 30
        case "kB", "KB": factor = 1_000
        case "MB": factor = 1_000_000
        case "GB": factor = 1_000_000_000
        default:
            throw ExpressionError(
                "letters follow a number",
                at: start..<at,
                advice: "put texts between quotes; units are kB, MB, GB, KiB, MiB and GiB"
            )
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private mutating func refuseName(from start: Int) throws(ExpressionError) {
        guard let byte = peek(), Self.continuesName(byte) else { return }
        while let byte = peek(), Self.continuesName(byte) { at += 1 }
        throw ExpressionError("letters follow a number", at: start..<at, advice: "put texts between quotes")
    }
}

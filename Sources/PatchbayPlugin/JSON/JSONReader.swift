public import PatchbayCore

/// Reads one JSON value (RFC 8259) into a tree whose nodes know their places: for manifests, options and small
/// documents of any origin. Strict: no comments, no trailing commas, valid UTF-8, every key once.
public struct JSONReader {
    private let bytes: Bytes
    private let file: String
    private let depthLimit: Int
    private let nodeLimit: Int
    private var at = 0
    private var line = 1
    /// Where the present line starts, and how many bytes of it are no characters of their own.
    private var lineStart = 0
    private var continuationBytes = 0
    private var nodes = 0

    /// Reads `bytes`, or says what is wrong and where.
    /// - Parameter bytes: the text.
    /// - Parameter file: the name in positions.
    /// - Parameter sizeLimit: most bytes that are read.
    /// - Parameter depthLimit: how deep arrays and objects may be nested.
    public static func read(
        _ bytes: Bytes,
        file: String,
        sizeLimit: Int = 16 << 20,
        depthLimit: Int = 128
    ) throws(PluginError) -> ConfigNode {
        guard bytes.count <= sizeLimit else {
            throw PluginError(
                .input,
                "the document has \(bytes.count) bytes; at most \(sizeLimit) are read",
                configuration: ConfigPosition(file: file, line: 0, column: 0)
            )
        }
        // A node takes some hundred bytes of memory and at least two of text: the limit keeps the two in proportion.
        var reader = JSONReader(bytes: bytes, file: file, depthLimit: depthLimit, nodeLimit: 1_000_000)
        reader.skipSpace()
        let value = try reader.value(depth: 1)
        reader.skipSpace()
        guard reader.at == bytes.count else { throw reader.problem("something follows the value") }
        return value
    }

    private init(bytes: Bytes, file: String, depthLimit: Int, nodeLimit: Int) {
        self.bytes = bytes
        self.file = file
        self.depthLimit = depthLimit
        self.nodeLimit = nodeLimit
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(PluginError) -> ConfigNode {
        nodes += 1
        guard nodes <= nodeLimit else { throw problem("more than \(nodeLimit) values") }
        guard depth <= depthLimit else { throw problem("more than \(depthLimit) levels deep") }
        let position = position
        switch peek {
        case UInt8(ascii: "{"): return ConfigNode(.map(try object(depth: depth)), at: position)
        case UInt8(ascii: "["): return ConfigNode(.list(try array(depth: depth)), at: position)
        case UInt8(ascii: "\""): return ConfigNode(.string(try string()), at: position)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"): return try number()
        case let digit? where (48...57).contains(digit): return try number()
        case nil: throw problem("the text ends where a value should be")
        default: throw problem("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(PluginError) -> [ConfigNode.Entry] {
        at += 1
        var entries: [ConfigNode.Entry] = []
        var places: [String: ConfigPosition] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return entries }
        repeat {
            skipSpace()
            let position = position
            guard peek == UInt8(ascii: "\"") else { throw problem("expected a key in double quotes") }
            let key = try string()
            if let first = places[key] {
                throw problem(
                    "the key \(key.quotedForMessage) is given twice, first in line \(first.line)", at: position)
            }
            places[key] = position
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem("expected ':'") }
            skipSpace()
            entries.append(ConfigNode.Entry(key: key, position: position, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("expected ',' or '}'") }
        return entries
    }

    private mutating func array(depth: Int) throws(PluginError) -> [ConfigNode] {
        at += 1
        var elements: [ConfigNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("expected ',' or ']'") }
        return elements
    }

    private mutating func word(_ text: StaticString, _ content: ConfigNode.Content) throws(PluginError) -> ConfigNode {
        let position = position
        let length = text.utf8CodeUnitCount
        guard bytes.count - at >= length, bytes.span.extracting(at..<(at + length)).equals(text) else {
            throw problem("expected a value")
        }
        at += length
        return ConfigNode(content, at: position)
    }

    private mutating func number() throws(PluginError) -> ConfigNode {
        let start = at
        let position = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        let leadsWithZero = peek == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole > 0, !(leadsWithZero && whole > 1) else { throw problem("this is no number", at: position) }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard skipDigits() > 0 else { throw problem("this is no number", at: position) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            guard skipDigits() > 0 else { throw problem("this is no number", at: position) }
        }
        let text = String(decoding: bytes.span.extracting(start..<at))
        var node = ConfigNode(.null, at: position)
        node.spelling = text
        if isWhole, let value = Int64(text) {
            node.content = .integer(value)
        } else if let value = Double(text), value.isFinite {
            node.content = .number(value)
        } else {
            throw problem("the number is too large", at: position)
        }
        return node
    }

    // MARK: Text

    private mutating func string() throws(PluginError) -> String {
        let start = position
        at += 1
        var text = ByteBuffer()
        var from = at
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                text.append(bytes.span.extracting(from..<at))
                at += 1
                return String(decoding: text.span)
            case UInt8(ascii: "\\"):
                text.append(bytes.span.extracting(from..<at))
                text.append(String(try escape()))
                from = at
            case ..<0x20: throw problem("a control character in text must be written as an escape")
            case ..<0x80: at += 1
            default:
                let length = bytes.span.utf8SequenceLength(at: at)
                guard length > 0 else { throw problem("the text is not valid UTF-8") }
                continuationBytes += length - 1
                at += length
            }
        }
        throw problem("the text has no end", at: start)
    }

    private mutating func escape() throws(PluginError) -> Unicode.Scalar {
        let start = position
        at += 1
        let letter = peek
        at += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = codeUnit() else { break }
            if let scalar = Unicode.Scalar(unit) { return scalar }
            guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = codeUnit(),
                (0xDC00...0xDFFF).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(unit - 0xD800) << 10) + UInt32(low - 0xDC00))
            else { throw problem("half of a surrogate pair", at: start) }
            return scalar
        default: break
        }
        throw problem("this is no escape", at: start)
    }

    private mutating func codeUnit() -> UInt16? {
        guard bytes.count - at >= 4 else { return nil }
        var unit: UInt16 = 0
        for index in at..<(at + 4) {
            switch bytes.span[index] {
            case let digit where (48...57).contains(digit): unit = unit << 4 | UInt16(digit - 48)
            case let digit where (65...70).contains(digit): unit = unit << 4 | UInt16(digit - 55)
            case let digit where (97...102).contains(digit): unit = unit << 4 | UInt16(digit - 87)
            default: return nil
            }
        }
        at += 4
        return unit
    }

    // MARK: Bytes and places

    private var peek: UInt8? { at < bytes.count ? bytes.span[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while let byte = peek, (48...57).contains(byte) { at += 1 }
        return at - start
    }

    private mutating func skipSpace() {
        while let byte = peek {
            switch byte {
            case 0x20, 0x09, 0x0D: at += 1
            case 0x0A:
                at += 1
                line += 1
                lineStart = at
                continuationBytes = 0
            default: return
            }
        }
    }

    private var position: ConfigPosition {
        ConfigPosition(file: file, line: line, column: at - lineStart - continuationBytes + 1)
    }

    private func problem(_ message: String, at place: ConfigPosition? = nil) -> PluginError {
        PluginError(.input, "this is not valid JSON: \(message)", configuration: place ?? position)
    }
}

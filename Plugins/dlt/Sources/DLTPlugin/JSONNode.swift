internal import PatchbayDLT

/// A value of an option that is a list or a map: the host hands it over as JSON text (RFC 8259), which it wrote itself.
struct JSONNode: DescriptionNode {
    indirect enum Content {
        case null, bool, number
        case integer(Int64)
        case text(String)
        case list([JSONNode])
        case map([DescriptionMember<JSONNode>])
    }
    let content: Content

    /// The value in `text`; nil when the text ends early.
    init?(_ text: [UInt8]) {
        var reader = JSONReader(text: text)
        guard let node = reader.value() else { return nil }
        self = node
    }

    init(_ content: Content) { self.content = content }

    // Places are known to the host alone.
    var place: Never? { nil }
    var text: String? {
        if case .text(let text) = content { return text }
        return nil
    }
    var integer: Int64? {
        if case .integer(let number) = content { return number }
        return nil
    }
    var elements: [JSONNode] {
        if case .list(let elements) = content { return elements }
        return []
    }
    var members: [DescriptionMember<JSONNode>] {
        if case .map(let members) = content { return members }
        return []
    }
    var kindName: String {
        switch content {
        case .null: "nothing"
        case .bool: "a truth value"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}

private struct JSONReader {
    let text: [UInt8]
    private var place = 0

    init(text: [UInt8]) { self.text = text }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    mutating func value() -> JSONNode? {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return map()
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "\""): return string().map { JSONNode(.text($0)) }
        case UInt8(ascii: "n"): return word(4, .null)
        case UInt8(ascii: "t"): return word(4, .bool)
        case UInt8(ascii: "f"): return word(5, .bool)
        case nil: return nil
        default: return number()
        }
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    /// Whether `byte` comes next, which is passed then.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func word(_ length: Int, _ content: JSONNode.Content) -> JSONNode? {
        place += length
        return JSONNode(content)
    }

    private mutating func map() -> JSONNode? {
        place += 1
        var members: [DescriptionMember<JSONNode>] = []
        while !take(UInt8(ascii: "}")) {
            if !members.isEmpty, !take(UInt8(ascii: ",")) { return nil }
            skipSpace()
            guard next == UInt8(ascii: "\""), let key = string(), take(UInt8(ascii: ":")), let value = value() else {
                return nil
            }
            members.append(DescriptionMember(key: key, place: nil, value: value))
        }
        return JSONNode(.map(members))
    }

    private mutating func list() -> JSONNode? {
        place += 1
        var elements: [JSONNode] = []
        while !take(UInt8(ascii: "]")) {
            if !elements.isEmpty, !take(UInt8(ascii: ",")) { return nil }
            guard let value = value() else { return nil }
            elements.append(value)
        }
        return JSONNode(.list(elements))
    }

    private mutating func number() -> JSONNode? {
        let start = place
        while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}"),
            byte > 0x20
        { place += 1 }
        guard place > start else { return nil }
        let spelling = String(decoding: text[start..<place], as: UTF8.self)
        return JSONNode(Int64(spelling).map { .integer($0) } ?? .number)
    }

    private mutating func string() -> String? {
        place += 1
        var bytes: [UInt8] = []
        while let byte = next {
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else if !escape(&bytes) {
                return nil
            }
        }
        return nil
    }

    private mutating func escape(_ bytes: inout [UInt8]) -> Bool {
        guard let byte = next else { return false }
        place += 1
        switch byte {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
            guard var scalar = hexadecimal() else { return false }
            if scalar >> 10 == 0xD800 >> 10, next == UInt8(ascii: "\\") {
                place += 2
                guard let low = hexadecimal() else { return false }
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
            }
            bytes += Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
        default: bytes.append(byte)
        }
        return true
    }

    private mutating func hexadecimal() -> UInt32? {
        guard place + 4 <= text.count else { return nil }
        let digits = String(decoding: text[place..<place + 4], as: UTF8.self)
        place += 4
        return UInt32(digits, radix: 16)
    }
}

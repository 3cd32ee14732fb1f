internal import PatchbayCore

/// A value of an option that is a list or a map: the host hands it over as JSON text (RFC 8259), which it wrote itself.
public indirect enum OptionValue {
    /// Nothing.
    case null
    /// A truth value.
    case bool
    /// A number that is no whole one of 64 bits.
    case number
    /// A whole number.
    case integer(Int64)
    /// Text.
    case text(String)
    /// A list.
    case list([OptionValue])
    /// A map, in the order of the configuration.
    case map([(key: String, value: OptionValue)])

    /// The value in `text`; nil when the text ends early.
    init?(_ text: [UInt8]) {
        var reader = JSONReader(text: text)
        guard let value = reader.value() else { return nil }
        self = value
    }

    /// The elements of a list, otherwise none.
    public var elements: [OptionValue] {
        if case .list(let elements) = self { return elements }
        return []
    }
}

extension GuestOptions {
    /// An option that is a list or a map; nil when it was left out.
    public func value(_ name: StaticString) -> OptionValue? { bytes(name).flatMap(OptionValue.init) }

    /// The texts of an option that is a list of texts; none when it was left out.
    public func texts(_ name: StaticString) -> [String] {
        var texts: [String] = []
        for element in value(name)?.elements ?? [] {
            if case .text(let text) = element { texts.append(text) }
        }
        return texts
    }
}

private struct JSONReader {
    let text: [UInt8]
    private var place = 0

    init(text: [UInt8]) { self.text = text }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    mutating func value() -> OptionValue? {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return map()
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "\""): return string().map { OptionValue.text($0) }
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

    private mutating func word(_ length: Int, _ content: OptionValue) -> OptionValue? {
        place += length
        return content
    }

    private mutating func map() -> OptionValue? {
        place += 1
        var members: [(key: String, value: OptionValue)] = []
        while !take(UInt8(ascii: "}")) {
            if !members.isEmpty, !take(UInt8(ascii: ",")) { return nil }
            skipSpace()
            guard next == UInt8(ascii: "\""), let key = string(), take(UInt8(ascii: ":")), let value = value() else {
                return nil
            }
            members.append((key: key, value: value))
        }
        return .map(members)
    }

    private mutating func list() -> OptionValue? {
        place += 1
        var elements: [OptionValue] = []
        while !take(UInt8(ascii: "]")) {
            if !elements.isEmpty, !take(UInt8(ascii: ",")) { return nil }
            guard let value = value() else { return nil }
            elements.append(value)
        }
        return .list(elements)
    }

    private mutating func number() -> OptionValue? {
        let start = place
        while let byte = next, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}"),
            byte > 0x20
        { place += 1 }
        guard place > start else { return nil }
        let spelling = String(decoding: text[start..<place], as: UTF8.self)
        return Int64(spelling).map { .integer($0) } ?? .number
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

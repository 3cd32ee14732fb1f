/// The texts of a JSON list, as the host hands over an option that is a list of texts.
struct ByteList {
    private var items: [[UInt8]] = []

    var count: Int { items.count }
    subscript(index: Int) -> [UInt8] { items[index] }

    /// Nil when the text is no list of strings.
    init?(json: Span<UInt8>) {
        var place = 0
        while place < json.count {
            let byte = json[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                guard let item = Self.string(json, &place) else { return nil }
                items.append(item)
            }
        }
    }

    private static func string(_ json: Span<UInt8>, _ place: inout Int) -> [UInt8]? {
        var item: [UInt8] = []
        while place < json.count {
            let byte = json[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return item }
            guard byte == UInt8(ascii: "\\") else {
                item.append(byte)
                continue
            }
            guard place < json.count else { return nil }
            place += 1
            switch json[place - 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): item.append(json[place - 1])
            case UInt8(ascii: "t"): item.append(0x09)
            case UInt8(ascii: "n"): item.append(0x0A)
            case UInt8(ascii: "r"): item.append(0x0D)
            case UInt8(ascii: "u"):
                guard let character = control(json, &place) else { return nil }
                item.append(character)
            default: return nil
            }
        }
        return nil
    }

    /// The character behind `\u`; the host writes only control characters so.
    private static func control(_ json: Span<UInt8>, _ place: inout Int) -> UInt8? {
        guard place + 4 <= json.count else { return nil }
        var value: UInt32 = 0
        for index in place..<place + 4 {
            switch json[index] {
            case 0x30...0x39: value = value << 4 | UInt32(json[index] - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(json[index] - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(json[index] - 0x57)
            default: return nil
            }
        }
        place += 4
        return value < 0x80 ? UInt8(truncatingIfNeeded: value) : nil
    }
}

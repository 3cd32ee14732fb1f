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
            // Other control characters stand in no path that a configuration can hold.
            default: return nil
            }
        }
        return nil
    }
}

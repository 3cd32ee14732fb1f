import PatchbayPlugin

/// Reads the text of a template.
struct TemplateReader {
    private let text: String
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// All pieces.
    mutating func read() throws(PluginError) -> [TextTemplate.Piece] {
        var pieces: [TextTemplate.Piece] = []
        var literal: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            let isDouble = at + 1 < bytes.count && bytes[at + 1] == byte
            switch byte {
            case UInt8(ascii: "{") where !isDouble:
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.place(try place()))
            case UInt8(ascii: "{"), UInt8(ascii: "}"):
                guard isDouble else { throw failure("a '}' without its '{'", at: at, "write '}}' for a brace") }
                literal.append(byte)
                at += 2
            default:
                literal.append(byte)
                at += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }

    private mutating func place() throws(PluginError) -> TextTemplate.Place {
        let start = at
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "}")) else {
            throw failure("a '{' without its '}'", at: start, "write '{{' for a brace")
        }
        at = end + 1
        var inner = bytes[(start + 1)..<end]
        var missing: [UInt8] = []
        if let bar = inner.firstIndex(of: UInt8(ascii: "|")) {
            missing = Array(inner[(bar + 1)...])
            inner = inner[..<bar]
        }
        var specification: ArraySlice<UInt8> = []
        if let colon = inner.firstIndex(of: UInt8(ascii: ":")) {
            specification = inner[(colon + 1)...]
            inner = inner[..<colon]
        }
        if inner.isEmpty { throw failure("a place without a name", at: start, "write {name}") }
        if inner.contains(UInt8(ascii: "{")) { throw failure("a '{' inside a place", at: start, "close it with '}'") }
        let isTime = specification.contains(UInt8(ascii: "%"))
        var time: TimeFormat?
        if isTime {
            do {
                time = try TimeFormat(String(decoding: specification, as: UTF8.self))
            } catch {
                throw failure(error.message, at: start, error.advice ?? "")
            }
        }
        return TextTemplate.Place(
            name: String(decoding: inner, as: UTF8.self),
            layout: isTime ? TextLayout() : try layout(specification),
            time: time,
            missing: missing,
            column: start + 1
        )
    }

    /// `[[fill]align][width]`
    private func layout(_ specification: ArraySlice<UInt8>) throws(PluginError) -> TextLayout {
        var layout = TextLayout()
        var rest = specification
        let fillEnd = rest.isEmpty ? rest.startIndex : Self.characterEnd(rest)
        if fillEnd < rest.endIndex, let alignment = Self.alignment(rest[fillEnd]) {
            layout.fill = TextLayout.Fill(rest[..<fillEnd])
            layout.alignment = alignment
            rest = rest[(fillEnd + 1)...]
        } else if let first = rest.first, let alignment = Self.alignment(first) {
            layout.alignment = alignment
            rest.removeFirst()
        }
        layout.isZeroFilled = layout.alignment == nil && rest.first == UInt8(ascii: "0")
        let place = rest.startIndex
        while let digit = rest.popFirst() {
            guard (48...57).contains(digit), layout.width < 1000 else {
                throw failure(
                    "'\(String(decoding: specification, as: UTF8.self))' is no layout",
                    at: place,
                    "write [[fill]align][width] with align < > ^ and a width up to 9999, or a time format with %"
                )
            }
            layout.width = layout.width * 10 + Int(digit) - 48
        }
        return layout
    }

    /// End of the UTF-8 character that `bytes` begins with.
    private static func characterEnd(_ bytes: ArraySlice<UInt8>) -> Int {
        var end = bytes.startIndex + 1
        while end < bytes.endIndex, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func alignment(_ byte: UInt8) -> TextLayout.Alignment? {
        switch byte {
        case UInt8(ascii: "<"): .left
        case UInt8(ascii: ">"): .right
        case UInt8(ascii: "^"): .middle
        default: nil
        }
    }

    private func failure(_ message: String, at offset: Int, _ advice: String) -> PluginError {
        PluginError(
            .configuration,
            "the template '\(text)' has \(message) at character \(offset + 1)",
            advice: advice.isEmpty ? nil : advice
        )
    }
}

import PatchbayCore

/// A pattern for a whole text: `*` stands for any run of characters, `?` for one, `\` takes away their meaning.
struct Glob {
    private enum Element: Equatable {
        case byte(UInt8)
        case character
        case run
    }

    private let elements: [Element]

    init(_ pattern: [UInt8]) {
        var elements: [Element] = []
        var isEscaped = false
        for byte in pattern {
            if isEscaped {
                elements.append(.byte(byte))
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"): if elements.last != .run { elements.append(.run) }
            case UInt8(ascii: "?"): elements.append(.character)
            default: elements.append(.byte(byte))
            }
        }
        if isEscaped { elements.append(.byte(UInt8(ascii: "\\"))) }
        self.elements = elements
    }

    /// Whether the pattern fits all of `text`. Goes back only to the last `*`, so it takes at most `text` times pattern
    /// steps.
    func fits(_ text: Span<UInt8>) -> Bool {
        var at = 0
        var element = 0
        var retry: (at: Int, element: Int)?
        while true {
            if element == elements.count {
                if at == text.count { return true }
            } else {
                switch elements[element] {
                case .run:
                    element += 1
                    if element == elements.count { return true }
                    retry = (at, element)
                    continue
                case .byte(let byte):
                    if at < text.count, text[at] == byte {
                        at += 1
                        element += 1
                        continue
                    }
                case .character:
                    if at < text.count {
                        at = Self.afterCharacter(at, in: text)
                        element += 1
                        continue
                    }
                }
            }
            guard let last = retry, last.at < text.count else { return false }
            retry = (last.at + 1, last.element)
            at = last.at + 1
            element = last.element
        }
    }

    /// The end of the UTF-8 character at `at`; a byte that is part of none counts as one.
    private static func afterCharacter(_ at: Int, in text: Span<UInt8>) -> Int {
        let length =
            switch text[at] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        var end = at + 1
        while end < text.count, end < at + length, text[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}

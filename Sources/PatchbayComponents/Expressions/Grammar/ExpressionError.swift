import PatchbayPlugin

/// What is wrong with an expression, and where.
struct ExpressionError: Error {
    /// What kind of fault it is.
    enum Kind {
        /// The text is no expression.
        case syntax
        /// The fields that arrive do not fit it.
        case schema
    }

    let kind: Kind
    /// One line without a full stop.
    let message: String
    /// The guilty part, in bytes from the start of the text.
    let range: Range<Int>
    /// What the user can do.
    let advice: String?

    /// The text is no expression.
    init(_ message: String, at range: Range<Int>, advice: String? = nil) {
        self.init(.syntax, message, at: range, advice: advice)
    }

    init(_ kind: Kind, _ message: String, at range: Range<Int>, advice: String? = nil) {
        self.kind = kind
        self.message = message
        self.range = range
        self.advice = advice
    }

    /// The error for the user: `text` is the expression, `position` where it stands in a configuration.
    func located(in text: String, at position: ConfigPosition?) -> PluginError {
        let place = ExpressionPlace(range, in: text)
        var error = PluginError(
            kind == .syntax ? .configuration : .schema,
            "\(message) (\(place.description))",
            configuration: position,
            advice: advice
        )
        error.excerpt = place.excerpt
        return error
    }
}

/// A part of an expression as a reader sees it: line and column in characters, and the line with a mark below it.
struct ExpressionPlace: CustomStringConvertible {
    let line: Int
    let column: Int
    let excerpt: String

    init(_ range: Range<Int>, in text: String) {
        let bytes = Array(text.utf8)
        let start = min(max(0, range.lowerBound), bytes.count)
        let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let end = min(max(start, range.upperBound), lineEnd)
        line = bytes[..<start].count { $0 == 0x0A } + 1
        let before = Self.characters(bytes[lineStart..<start])
        column = before + 1
        // Long lines are cut to a window around the place, so that the mark stays on the screen.
        let from = Self.back(bytes, start, over: 60, downTo: lineStart)
        let to = Self.forward(bytes, end, over: 30, upTo: lineEnd)
        let shown = bytes[from..<to].map { $0 < 0x20 ? 0x20 : $0 }
        let indent = String(repeating: " ", count: Self.characters(bytes[from..<start]))
        let width = min(max(1, Self.characters(bytes[start..<end])), 80)
        excerpt =
            "    " + String(decoding: shown, as: UTF8.self) + "\n    " + indent
            + "^" + String(repeating: "~", count: width - 1)
    }

    var description: String { line > 1 ? "line \(line), column \(column)" : "column \(column)" }

    private static func characters(_ bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

    private static func back(_ bytes: [UInt8], _ start: Int, over count: Int, downTo limit: Int) -> Int {
        var at = max(limit, start - count)
        while at > limit, bytes[at] & 0xC0 == 0x80 { at -= 1 }
        return at
    }

    private static func forward(_ bytes: [UInt8], _ end: Int, over count: Int, upTo limit: Int) -> Int {
        var at = min(limit, end + count)
        while at < limit, bytes[at] & 0xC0 == 0x80 { at += 1 }
        return at
    }
}

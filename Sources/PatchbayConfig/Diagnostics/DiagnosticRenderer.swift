public import PatchbayPlugin

/// Shows diagnostics to people: place, message, the line of the file with a caret under the place, and advice.
public struct DiagnosticRenderer: Sendable {
    /// Characters of a source line that are shown, at most.
    private static let window = 110

    private let sources: [SourceText]
    private let isColored: Bool
    private let limit: Int

    /// A renderer that shows lines of `sources`, in terminal colours if `isColored`, and at most `limit` diagnostics: of
    /// the others it tells only the number.
    public init(_ sources: [SourceText] = [], isColored: Bool = false, limit: Int = 50) {
        self.sources = sources
        self.isColored = isColored
        self.limit = limit
    }

    /// All of `diagnostics` in the order of their places, each ended by a newline.
    public func render(_ diagnostics: [Diagnostic]) -> String {
        let sorted = diagnostics.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }
        var text = ""
        for (_, diagnostic) in sorted.prefix(limit) { text += render(diagnostic) }
        if sorted.count > limit { text += "and \(sorted.count - limit) more\n" }
        return text
    }

    /// One diagnostic, with its notes, ended by a newline.
    public func render(_ diagnostic: Diagnostic) -> String {
        let kind = diagnostic.severity.rawValue
        let color = diagnostic.severity == .error ? Color.red : Color.yellow
        var text = head(diagnostic.position, kind, color, diagnostic.message)
        if let own = diagnostic.excerpt {
            text += own.split(separator: "\n").map { Self.printable(String($0)) + "\n" }.joined()
        } else if !diagnostic.hidesSource {
            text += excerpt(diagnostic.position, color)
        }
        if let advice = diagnostic.advice { text += "  \(paint("help", .cyan)): \(Self.printable(advice))\n" }
        for note in diagnostic.notes {
            text += head(note.position, "note", .cyan, note.message)
            if !diagnostic.hidesSource { text += excerpt(note.position, .cyan) }
        }
        return text
    }

    private func head(_ position: ConfigPosition?, _ kind: String, _ color: Color, _ message: String) -> String {
        let place = position.map { paint(Self.printable($0.description), .bold) + ": " } ?? ""
        return "\(place)\(paint(kind, color)): \(Self.printable(message))\n"
    }

    /// The line with a caret under the place and tildes under the rest of the word.
    private func excerpt(_ position: ConfigPosition?, _ color: Color) -> String {
        guard let position, let source = sources.first(where: { $0.file == position.file }),
            let line = source.line(position.line)
        else { return "" }
        let scalars = Array(line.unicodeScalars)
        let at = min(max(position.column - 1, 0), scalars.count)
        let start = at < Self.window - 10 ? 0 : at - Self.window / 2
        let end = min(scalars.count, start + Self.window)
        let shown = String(
            String.UnicodeScalarView(scalars[start..<end].map { $0.isShowable || $0 == "\t" ? $0 : "?" }))
        let pad = scalars[start..<at].map { $0 == "\t" ? "\t" : String(repeating: " ", count: $0.columns) }.joined()
        let word = min(Self.wordLength(scalars[at...]), max(1, end - at))
        let under = scalars[at..<min(at + word, scalars.count)].reduce(0) { $0 + $1.columns }
        let marks = "^" + String(repeating: "~", count: max(0, under - 1))
        let number = "\(position.line)"
        let margin = String(repeating: " ", count: number.count)
        let before = start > 0 ? "..." : ""
        let gap = String(repeating: " ", count: before.count)
        let after = end < scalars.count ? "..." : ""
        return """
              \(number) | \(before)\(shown)\(after)
              \(margin) | \(gap)\(pad)\(paint(marks, color))

            """
    }

    /// How many characters belong to the word or the quoted text at the start of `rest`.
    private static func wordLength(_ rest: ArraySlice<Unicode.Scalar>) -> Int {
        guard let first = rest.first else { return 1 }
        if first == "\"" || first == "'" {
            let inside = rest.dropFirst().prefix { $0 != first }
            return inside.count + (inside.endIndex < rest.endIndex ? 2 : 1)
        }
        let word = rest.prefix { !" \t,]}[{".unicodeScalars.contains($0) }
        let isKey = word.last == ":" && word.count > 1
        return max(1, isKey ? word.count - 1 : word.count)
    }

    // MARK: Terminal

    private enum Color: String {
        case bold = "1"
        case red = "1;31"
        case yellow = "1;33"
        case cyan = "1;36"
    }

    private func paint(_ text: String, _ color: Color) -> String {
        isColored ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Without anything that could steer a terminal: messages quote files, and file names may hold anything.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isShowable ? $0 : "?" }))
    }
}

extension Diagnostic {
    fileprivate var line: Int { position?.line ?? 0 }
    fileprivate var column: Int { position?.column ?? 0 }
}

extension Unicode.Scalar {
    /// Columns on a terminal, by the ranges that are wide in practice (CJK, full-width forms, emoji).
    fileprivate var columns: Int {
        if properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark { return 0 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1_F300...0x1_F64F, 0x1_F900...0x1_F9FF, 0x2_0000...0x3_FFFD:
            return 2
        default: return 1
        }
    }
}

/// The modules that a Swift source imports, read line by line.
enum SwiftImports {
    /// One import.
    struct Entry: Hashable {
        let module: String
        /// Whether it stands within `#if`: it may belong to another platform.
        let isConditional: Bool
    }

    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "func", "protocol", "typealias", "var", "let", "actor",
    ]
    private static let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]

    /// The imports of a source's text.
    static func of(_ text: String) -> [Entry] {
        var entries: [Entry] = []
        var depth = 0
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }
            guard let first = words.first else { continue }
            if first.hasPrefix("#if") { depth += 1 }
            if first == "#endif" { depth = max(0, depth - 1) }
            guard let module = module(words[...]) else { continue }
            entries.append(Entry(module: module, isConditional: depth > 0))
        }
        return entries
    }

    /// Whether the text has a `@main` type.
    static func hasMainType(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            line.split { $0 == " " || $0 == "\t" }.first == "@main"
        }
    }

    private static func module(_ words: ArraySlice<Substring>) -> String? {
        var words = words
        while let word = words.first, word.hasPrefix("@") || levels.contains(word) { words.removeFirst() }
        guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
        if kinds.contains(name) {
            guard let next = words.popFirst() else { return nil }
            name = next
        }
        return String(name.prefix { $0 != "." })
    }
}

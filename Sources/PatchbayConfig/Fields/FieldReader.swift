import PatchbayPlugin

/// Reads typed values out of the tree and collects everything that is wrong.
struct FieldReader {
    /// Diagnostics that are kept; a file with more is broken as a whole.
    private static let limit = 100

    let source: SourceText
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceText) { self.source = source }

    mutating func report(
        _ message: String,
        at position: ConfigPosition?,
        advice: String? = nil,
        notes: [Diagnostic.Note] = []
    ) {
        add([Diagnostic(message, at: position, advice: advice, notes: notes)])
    }

    mutating func add(_ more: [Diagnostic]) { diagnostics += more.prefix(max(0, Self.limit - diagnostics.count)) }

    /// The entries of a mapping by key. Unknown keys are reported; entries without a value count as left out.
    /// - Parameter what: what the mapping is, for messages: `a stage`.
    /// - Parameter others: keys that people know from elsewhere, and what they are called here.
    mutating func fields(
        of node: ConfigNode,
        _ what: String,
        keys: [String],
        others: [String: String] = [:]
    ) -> [String: ConfigNode.Entry]? {
        guard case .map(let entries) = node.content else {
            report("\(what) must be a mapping, not \(node.kindName)", at: node.position)
            return nil
        }
        var fields: [String: ConfigNode.Entry] = [:]
        for entry in entries {
            guard keys.contains(entry.key) else {
                let meant = others[entry.key] ?? NameSuggestion.closest(to: entry.key, in: keys)
                report(
                    "unknown key \(entry.key.quotedForMessage)",
                    at: entry.position,
                    advice: meant.map { "did you mean '\($0)'?" }
                        ?? "the keys of \(what) are \(keys.joined(separator: ", "))"
                )
                continue
            }
            if !entry.value.isNull || entry.value.writtenText != nil { fields[entry.key] = entry }
        }
        return fields
    }

    /// The text of an entry; numbers and truth values count as they are written. Nil (reported) when it is no text.
    mutating func text(_ entry: ConfigNode.Entry?) -> String? {
        guard let entry else { return nil }
        return text(entry.value, "'\(entry.key)'")
    }

    /// The text of a value; nil (reported) when it is none, is empty, or holds a variable.
    mutating func text(_ node: ConfigNode, _ what: String) -> String? {
        guard let text = node.writtenText else {
            report("\(what) must be text, not \(node.kindName)", at: node.position)
            return nil
        }
        if text.isEmpty {
            report("\(what) is empty", at: node.position)
            return nil
        }
        guard !text.contains("${") else {
            report(
                "no variable can stand in \(what)",
                at: node.position,
                advice: "variables work in the values of 'with', 'params' and 'connection'"
            )
            return nil
        }
        return text
    }

    /// The text of an entry as one of a closed set; nil (reported) when it is none of them.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ entry: ConfigNode.Entry?,
        _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let entry, let text = text(entry) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue)
        report(
            "'\(entry.key)' is \(text.quotedForMessage) and must be one of \(all.joined(separator: ", "))",
            at: entry.value.position,
            advice: NameSuggestion.advice(for: text, in: all)
        )
        return nil
    }
}

extension ConfigNode {
    /// The text of a scalar as it was written. The word `null` counts as text: there may be a plugin of that name.
    var writtenText: String? {
        if isNull { return spelling == "null" ? spelling : nil }
        return string ?? spelling
    }
}

/// Checks single values against the kinds of options and collects what is wrong.
struct ValueChecker {
    private(set) var diagnostics: [Diagnostic] = []
    var hasError: Bool { diagnostics.contains { $0.severity == .error } }

    /// What a value belongs to: for messages.
    private struct Place {
        var option: ConfigOption
        var fallback: ConfigPosition?
    }

    mutating func report(
        _ message: String,
        at position: ConfigPosition?,
        advice: String? = nil,
        notes: [Diagnostic.Note] = []
    ) {
        diagnostics.append(Diagnostic(message, at: position, advice: advice, notes: notes))
    }

    mutating func unknownOption(_ entry: ConfigNode.Entry, in schema: ConfigSchema) {
        let names = schema.options.map(\.name)
        let all = names.isEmpty ? "there are no options here" : "options are \(names.joined(separator: ", "))"
        report(
            "unknown option \(entry.key.quotedForMessage)",
            at: entry.position ?? entry.value.position,
            advice: NameSuggestion.advice(for: entry.key, in: names) ?? all
        )
    }

    /// Keeps the lines on which secrets stand out of messages about their neighbours.
    mutating func hideLines(of secrets: [ConfigNode.Entry]) {
        let lines = secrets.filter { $0.value.provenance == .written }.compactMap(\.value.position?.line)
        for index in diagnostics.indices {
            let places = [diagnostics[index].position] + diagnostics[index].notes.map(\.position)
            if places.contains(where: { $0.map { lines.contains($0.line) } ?? false }) {
                diagnostics[index].hidesSource = true
            }
        }
    }

    /// The value as the plugin gets it; nil when it was left out (then silently) or does not fit.
    mutating func check(
        _ entry: ConfigNode.Entry,
        _ option: ConfigOption,
        fallback: ConfigPosition?
    ) -> ConfigNode? {
        if entry.value.isNull { return nil }
        let place = Place(option: option, fallback: entry.value.position ?? entry.position ?? fallback)
        return value(entry.value, option.kind, place)
    }

    private mutating func value(_ node: ConfigNode, _ kind: ConfigOption.Kind, _ place: Place) -> ConfigNode? {
        if node.provenance == .unresolved { return node }
        switch kind {
        case .string(let choices): return text(node, choices, place)
        case .integer(let range): return integer(node, range, place)
        case .number(let range): return number(node, range, place)
        case .boolean: return boolean(node, place)
        case .size: return size(node, place)
        case .duration: return duration(node, place)
        case .list(let element): return list(node, element, place)
        case .map(let element): return map(node, element, place)
        case .any: return node
        }
    }

    // MARK: Scalars

    private mutating func text(_ node: ConfigNode, _ choices: [String], _ place: Place) -> ConfigNode? {
        var result = node
        switch node.content {
        case .string: break
        case .bool(let value): result.content = .string(node.spelling ?? "\(value)")
        case .integer(let value): result.content = .string(node.spelling ?? "\(value)")
        case .number(let value): result.content = .string(node.spelling ?? "\(value)")
        case .null, .list, .map: return wrongKind(node, "text", place)
        }
        guard !choices.isEmpty, let text = result.string else { return result }
        if choices.contains(where: { $0.hasSameBytes(as: text) }) { return result }
        let all = choices.map { "'\($0)'" }.joined(separator: ", ")
        fail(
            node,
            "\(shown(result, place)) is none of \(all)",
            place,
            advice: NameSuggestion.advice(for: text, in: choices)
        )
        return nil
    }

    private mutating func integer(_ node: ConfigNode, _ range: ClosedRange<Int64>, _ place: Place) -> ConfigNode? {
        let value: Int64
        switch node.content {
        case .integer(let number): value = number
        case .number(let number) where number == number.rounded() && abs(number) <= 9_007_199_254_740_992:
            value = Int64(number)
        case .string(let text):
            guard node.provenance == .substituted, let number = Int64(text.trimmingSpaces) else {
                return wrongKind(node, "a whole number", place)
            }
            value = number
        default: return wrongKind(node, "a whole number", place)
        }
        guard range.contains(value) else {
            fail(node, "\(shown(node, place)) is not \(description(of: range))", place)
            return nil
        }
        return node.with(.integer(value))
    }

    private mutating func number(_ node: ConfigNode, _ range: ClosedRange<Double>, _ place: Place) -> ConfigNode? {
        let value: Double
        switch node.content {
        case .integer(let number): value = Double(number)
        case .number(let number): value = number
        case .string(let text):
            guard node.provenance == .substituted, let number = Double(text.trimmingSpaces) else {
                return wrongKind(node, "a number", place)
            }
            value = number
        default: return wrongKind(node, "a number", place)
        }
        guard range.contains(value) else {
            let limits = "from \(range.lowerBound) to \(range.upperBound)"
            fail(node, "\(shown(node, place)) is not a number \(limits)", place)
            return nil
        }
        return node.with(.number(value))
    }

    private mutating func boolean(_ node: ConfigNode, _ place: Place) -> ConfigNode? {
        switch node.content {
        case .bool: return node
        case .string(let text) where node.provenance == .substituted:
            switch text.trimmingSpaces {
            case "true": return node.with(.bool(true))
            case "false": return node.with(.bool(false))
            default: return wrongKind(node, "true or false", place)
            }
        default: return wrongKind(node, "true or false", place)
        }
    }

    private mutating func size(_ node: ConfigNode, _ place: Place) -> ConfigNode? {
        switch node.content {
        case .integer(let value) where value >= 0: return node.with(.integer(value))
        case .string(let text):
            if let value = Quantity.bytes(text.trimmingSpaces) { return node.with(.integer(value)) }
        default: break
        }
        return wrongKind(node, "a size such as 65536, 64KiB or 1MB", place)
    }

    private mutating func duration(_ node: ConfigNode, _ place: Place) -> ConfigNode? {
        switch node.content {
        case .integer(0): return node.with(.integer(0))
        case .integer(let value) where value > 0:
            fail(node, "\(shown(node, place)) has no unit", place, advice: "write '\(value)s' or '\(value)ms'")
            return nil
        case .string(let text):
            if let value = Quantity.nanoseconds(text.trimmingSpaces) { return node.with(.integer(value)) }
        default: break
        }
        return wrongKind(node, "a time such as 250ms, 10s or 5m", place)
    }

    // MARK: Collections

    private mutating func list(_ node: ConfigNode, _ kind: ConfigOption.Kind, _ place: Place) -> ConfigNode? {
        let before = diagnostics.count
        let elements: [ConfigNode]
        if case .list(let given) = node.content { elements = given } else { elements = [node] }
        let values = elements.compactMap { value($0, kind, place) }
        guard diagnostics.count == before else { return nil }
        return node.with(.list(values))
    }

    private mutating func map(_ node: ConfigNode, _ kind: ConfigOption.Kind, _ place: Place) -> ConfigNode? {
        guard case .map(let entries) = node.content else { return wrongKind(node, "a mapping", place) }
        let before = diagnostics.count
        let values = entries.compactMap { entry -> ConfigNode.Entry? in
            guard let value = value(entry.value, kind, place) else { return nil }
            return ConfigNode.Entry(key: entry.key, position: entry.position, value: value)
        }
        guard diagnostics.count == before else { return nil }
        return node.with(.map(values))
    }

    // MARK: Messages

    private mutating func wrongKind(_ node: ConfigNode, _ expected: String, _ place: Place) -> ConfigNode? {
        let got: String
        switch node.content {
        case .null, .list, .map: got = node.kindName
        default: got = isHidden(node, place) ? "something else" : "\(node.kindName) \(shown(node, place))"
        }
        fail(node, "expected \(expected), got \(got)", place)
        return nil
    }

    private mutating func fail(_ node: ConfigNode, _ message: String, _ place: Place, advice: String? = nil) {
        var problem = Diagnostic(
            "option '\(place.option.name)': \(message)",
            at: node.position ?? place.fallback,
            advice: isHidden(node, place) ? nil : advice
        )
        problem.hidesSource = place.option.isSecret
        diagnostics.append(problem)
    }

    private func isHidden(_ node: ConfigNode, _ place: Place) -> Bool {
        place.option.isSecret || node.provenance == .substituted
    }

    /// The value for a message, or words in its place where it may be a secret.
    private func shown(_ node: ConfigNode, _ place: Place) -> String {
        if isHidden(node, place) { return "the value" }
        switch node.content {
        case .string(let text): return text.quotedForMessage
        case .bool(let value): return "\(value)"
        case .integer(let value): return node.spelling ?? "\(value)"
        case .number(let value): return node.spelling ?? "\(value)"
        case .null, .list, .map: return node.kindName
        }
    }

    private func description(of range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (let low, .max): "\(low) or more"
        case (.min, let high): "\(high) or less"
        case (let low, let high): "from \(low) to \(high)"
        }
    }
}

extension ConfigNode {
    /// The same place and origin with another content.
    fileprivate func with(_ content: Content) -> ConfigNode {
        var node = self
        node.content = content
        return node
    }
}

extension String {
    /// Without spaces around: text of a variable or a file often has some.
    fileprivate var trimmingSpaces: String {
        var rest = Substring(self)
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest.drop { $0.isWhitespace })
    }
}

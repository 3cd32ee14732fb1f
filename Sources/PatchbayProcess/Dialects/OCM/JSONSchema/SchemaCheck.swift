internal import PatchbayCore
internal import PatchbayPlugin

/// One value on its way through a schema.
struct SchemaCheck {
    /// Which members and elements of a value some schema has looked at, for `unevaluatedProperties` and
    /// `unevaluatedItems`.
    struct Seen {
        var members: Set<String> = []
        var elements: Set<Int> = []

        mutating func formUnion(_ other: Seen) {
            members.formUnion(other.members)
            elements.formUnion(other.elements)
        }
    }

    /// Most schemas that one value is checked against: a schema whose references fan out ends there.
    static let workLimit = 200_000
    private static let depthLimit = 300

    private let schema: JSONSchema
    private var path: [String] = []
    private var depth = 0
    private var work = 0
    private var patterns: [String: Pattern] = [:]

    init(_ schema: JSONSchema) { self.schema = schema }

    /// What is wrong with `value`; nil when it fits `rule`, whose nearest schema with an `$id` is `base`.
    mutating func check(
        _ value: ConfigNode, _ rule: ConfigNode, within base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw PluginError(.unsupported, "the schema goes on without end: its references are circles")
        }
        if case .bool(let isAllowed) = rule.content { return isAllowed ? nil : problem("nothing may be here") }
        guard case .map(let keywords) = rule.content else {
            throw malformed("a schema is an object or a truth value, not \(rule.kindName)")
        }
        try spend(1 + keywords.count / 8)
        let base = rule["$id"]?.string == nil ? base : rule
        var own = Seen()
        for keyword in keywords {
            if let problem = try assert(keyword, value) { return problem }
            if let problem = try apply(keyword, in: rule, value, base, &own) { return problem }
        }
        if let problem = try checkMembers(value, rule, base, &own) { return problem }
        if let problem = try checkElements(value, rule, base, &own) { return problem }
        if let problem = try checkUnseen(value, rule, base, &own) { return problem }
        seen.formUnion(own)
        return nil
    }

    // MARK: For the other files

    func problem(_ message: String) -> SchemaProblem {
        SchemaProblem(
            place: path.map {
                "/"
                    + $0.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                    .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
            }.joined(),
            message: message)
    }

    func malformed(_ message: String) -> PluginError {
        PluginError(.invalidResult, "the schema is none: \(message)")
    }

    mutating func spend(_ amount: Int) throws(PluginError) {
        work += amount
        guard work <= Self.workLimit else { throw PluginError(.unsupported, "checking the schema takes too long") }
    }

    /// Checks a part of the value.
    mutating func check(
        _ value: ConfigNode, at name: String, _ rule: ConfigNode, _ base: ConfigNode
    ) throws(PluginError) -> SchemaProblem? {
        path.append(name)
        defer { path.removeLast() }
        var seen = Seen()
        return try check(value, rule, within: base, &seen)
    }

    /// Whether a part of the value fits, where it is no problem when it does not.
    mutating func fits(_ value: ConfigNode, _ rule: ConfigNode, _ base: ConfigNode) throws(PluginError) -> Bool {
        var seen = Seen()
        return try check(value, rule, within: base, &seen) == nil
    }

    mutating func pattern(_ text: String) throws(PluginError) -> Pattern {
        if let pattern = patterns[text] { return pattern }
        let pattern = try Pattern(text)
        patterns[text] = pattern
        return pattern
    }

    // MARK: Schemas in schemas

    private mutating func apply(
        _ keyword: ConfigNode.Entry, in rule: ConfigNode, _ value: ConfigNode, _ base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        switch keyword.key {
        case "$ref":
            guard let reference = keyword.value.string else { throw malformed("'$ref' is no text") }
            let (target, targetBase) = try schema.resolve(reference, within: base)
            return try check(value, target, within: targetBase, &seen)
        case "$dynamicRef", "$recursiveRef":
            throw PluginError(.unsupported, "the schema uses '\(keyword.key)'")
        case "allOf":
            for part in try list(keyword) {
                if let problem = try check(value, part, within: base, &seen) { return problem }
            }
        case "anyOf", "oneOf": return try choose(keyword, value, base, &seen)
        case "not":
            if try fits(value, keyword.value, base) { return problem("this is what the schema rules out ('not')") }
        case "if":
            var condition = Seen()
            let holds = try check(value, keyword.value, within: base, &condition) == nil
            if holds { seen.formUnion(condition) }
            if let branch = rule[holds ? "then" : "else"] { return try check(value, branch, within: base, &seen) }
        case "dependentSchemas":
            for dependent in keyword.value.entries where value[dependent.key] != nil {
                if let problem = try check(value, dependent.value, within: base, &seen) { return problem }
            }
        default: break
        }
        return nil
    }

    private mutating func choose(
        _ keyword: ConfigNode.Entry, _ value: ConfigNode, _ base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        var fitting = 0
        var first: SchemaProblem?
        let parts = try list(keyword)
        for part in parts {
            var own = Seen()
            if let problem = try check(value, part, within: base, &own) {
                first = first ?? problem
            } else {
                fitting += 1
                seen.formUnion(own)
            }
        }
        if fitting == 0 {
            if parts.count == 1, let first { return first }
            return problem(
                "this is none of the \(parts.count) things that it may be; the first: \(first?.description ?? "")")
        }
        guard keyword.key == "anyOf" || fitting == 1 else {
            return problem("this is \(fitting) of the things of which it may be one")
        }
        return nil
    }

    private func list(_ keyword: ConfigNode.Entry) throws(PluginError) -> [ConfigNode] {
        guard case .list(let parts) = keyword.value.content, !parts.isEmpty else {
            throw malformed("'\(keyword.key)' is no list of schemas")
        }
        return parts
    }
}

internal import PatchbayCore
internal import PatchbayPlugin

// Members of objects and elements of arrays.
extension SchemaCheck {
    mutating func checkMembers(
        _ value: ConfigNode, _ rule: ConfigNode, _ base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        guard case .map(let members) = value.content else { return nil }
        let properties = rule["properties"]
        let patterns = rule["patternProperties"]
        let others = rule["additionalProperties"]
        let names = rule["propertyNames"]
        guard properties != nil || patterns != nil || others != nil || names != nil else { return nil }
        let known = Dictionary(
            (properties?.entries ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        try spend(known.count + members.count)
        for member in members {
            if let names, try !fits(ConfigNode(.string(member.key)), names, base) {
                return problem("the name \(member.key.quotedForMessage) is not allowed")
            }
            var isKnown = false
            if let rule = known[member.key] {
                isKnown = true
                if let problem = try check(member.value, at: member.key, rule, base) { return problem }
            }
            for entry in patterns?.entries ?? [] where try pattern(entry.key).occurs(in: member.key) {
                isKnown = true
                if let problem = try check(member.value, at: member.key, entry.value, base) { return problem }
            }
            if !isKnown, let others {
                if case .bool(false) = others.content {
                    return problem("the member \(member.key.quotedForMessage) is unknown")
                }
                isKnown = true
                if let problem = try check(member.value, at: member.key, others, base) { return problem }
            }
            if isKnown { seen.members.insert(member.key) }
        }
        return nil
    }

    mutating func checkElements(
        _ value: ConfigNode, _ rule: ConfigNode, _ base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        guard case .list(let elements) = value.content else { return nil }
        let first = rule["prefixItems"]?.elements ?? []
        for (index, element) in elements.enumerated() {
            guard let rule = index < first.count ? first[index] : rule["items"] else { break }
            if let problem = try check(element, at: "\(index)", rule, base) { return problem }
            seen.elements.insert(index)
        }
        guard let contained = rule["contains"] else { return nil }
        var count = 0
        for (index, element) in elements.enumerated() where try fits(element, contained, base) {
            count += 1
            seen.elements.insert(index)
        }
        let least = rule["minContains"].flatMap(Self.count) ?? 1
        guard count >= least else { return problem("too few elements are what 'contains' asks for") }
        guard rule["maxContains"].flatMap(Self.count).map({ count <= $0 }) ?? true else {
            return problem("too many elements are what 'contains' asks for")
        }
        return nil
    }

    mutating func checkUnseen(
        _ value: ConfigNode, _ rule: ConfigNode, _ base: ConfigNode, _ seen: inout Seen
    ) throws(PluginError) -> SchemaProblem? {
        if let others = rule["unevaluatedProperties"] {
            for member in value.entries where !seen.members.contains(member.key) {
                if case .bool(false) = others.content {
                    return problem("the member \(member.key.quotedForMessage) is unknown")
                }
                if let problem = try check(member.value, at: member.key, others, base) { return problem }
                seen.members.insert(member.key)
            }
        }
        if let others = rule["unevaluatedItems"] {
            for (index, element) in value.elements.enumerated() where !seen.elements.contains(index) {
                if let problem = try check(element, at: "\(index)", others, base) { return problem }
                seen.elements.insert(index)
            }
        }
        return nil
    }

    /// A number of things.
    static func count(_ node: ConfigNode) -> Int? {
        switch node.content {
        case .integer(let number): Int(clamping: number)
        case .number(let number) where number >= 0 && number < 1e15: Int(number)
        default: nil
        }
    }
}

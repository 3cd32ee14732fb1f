internal import PatchbayCore
internal import PatchbayPlugin

// What a schema says of one value without looking into others.
extension SchemaCheck {
    mutating func assert(_ keyword: ConfigNode.Entry, _ value: ConfigNode) throws(PluginError) -> SchemaProblem? {
        let asked = keyword.value
        switch keyword.key {
        case "type":
            let types = asked.string.map { [$0] } ?? asked.elements.compactMap(\.string)
            guard !types.isEmpty else { throw malformed("'type' names no type") }
            return types.contains(where: value.isJSON(ofType:))
                ? nil : problem("expected \(types.joined(separator: " or ")), got \(value.kindName)")
        case "const":
            return try equal(value, asked) ? nil : problem("this is not the one value that is allowed")
        case "enum":
            for choice in asked.elements where try equal(value, choice) { return nil }
            return problem("this is none of the \(asked.elements.count) values that are allowed")
        case "required":
            for name in asked.elements.compactMap(\.string) where value.isMap && value[name] == nil {
                return problem("the member \(name.quotedForMessage) is missing")
            }
        case "dependentRequired":
            for entry in asked.entries where value[entry.key] != nil {
                for name in entry.value.elements.compactMap(\.string) where value[name] == nil {
                    return problem(
                        "the member \(name.quotedForMessage) is missing, which \(entry.key.quotedForMessage) needs")
                }
            }
        default:
            switch value.content {
            case .string(let text): return try assert(keyword, text: text)
            case .integer, .number: return try assert(keyword, number: value)
            case .list(let elements): return try assert(keyword, elements: elements)
            case .map(let members): return try assert(keyword, memberCount: members.count)
            case .null, .bool: break
            }
        }
        return nil
    }

    private mutating func assert(_ keyword: ConfigNode.Entry, text: String) throws(PluginError) -> SchemaProblem? {
        switch keyword.key {
        case "minLength":
            if text.unicodeScalars.count < (try limit(keyword)) { return problem("the text is too short") }
        case "maxLength":
            if text.unicodeScalars.count > (try limit(keyword)) { return problem("the text is too long") }
        case "pattern":
            guard let source = keyword.value.string else { throw malformed("'pattern' is no text") }
            guard try pattern(source).occurs(in: text) else {
                return problem("the text does not fit the pattern \(source.quotedForMessage)")
            }
        default: break
        }
        return nil
    }

    private func assert(_ keyword: ConfigNode.Entry, number value: ConfigNode) throws(PluginError) -> SchemaProblem? {
        guard ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"].contains(keyword.key) else {
            return nil
        }
        let bound = keyword.value
        guard let limit = bound.double, let number = value.double else {
            throw malformed("'\(keyword.key)' is no number")
        }
        // Whole numbers are compared as such: they may be larger than what a Double tells apart.
        let order: Int =
            if case .integer(let left) = value.content, case .integer(let right) = bound.content {
                left < right ? -1 : left > right ? 1 : 0
            } else {
                number < limit ? -1 : number > limit ? 1 : 0
            }
        switch keyword.key {
        case "minimum" where order < 0, "exclusiveMinimum" where order <= 0: return problem("the number is too small")
        case "maximum" where order > 0, "exclusiveMaximum" where order >= 0: return problem("the number is too large")
        case "multipleOf":
            guard limit > 0 else { throw malformed("'multipleOf' is no positive number") }
            if case .integer(let left) = value.content, case .integer(let right) = bound.content {
                return left % right == 0 ? nil : problem("this is no multiple of \(right)")
            }
            let times = number / limit
            guard abs(times - times.rounded()) <= 1e-9 * max(1, abs(times)) else {
                return problem("this is no multiple of \(limit)")
            }
        default: break
        }
        return nil
    }

    private mutating func assert(
        _ keyword: ConfigNode.Entry, elements: [ConfigNode]
    ) throws(PluginError) -> SchemaProblem? {
        switch keyword.key {
        case "minItems": if elements.count < (try limit(keyword)) { return problem("there are too few elements") }
        case "maxItems": if elements.count > (try limit(keyword)) { return problem("there are too many elements") }
        case "uniqueItems":
            guard case .bool(true) = keyword.value.content else { return nil }
            for (index, element) in elements.enumerated() {
                for other in elements[..<index] where try equal(element, other) {
                    return problem("an element is there twice")
                }
            }
        default: break
        }
        return nil
    }

    private func assert(_ keyword: ConfigNode.Entry, memberCount count: Int) throws(PluginError) -> SchemaProblem? {
        switch keyword.key {
        case "minProperties": count < (try limit(keyword)) ? problem("there are too few members") : nil
        case "maxProperties": count > (try limit(keyword)) ? problem("there are too many members") : nil
        default: nil
        }
    }

    private func limit(_ keyword: ConfigNode.Entry) throws(PluginError) -> Int {
        guard let count = Self.count(keyword.value), count >= 0 else {
            throw malformed("'\(keyword.key)' is no number")
        }
        return count
    }

    /// Whether two values are the same; 1 and 1.0 are, and the order of members makes no difference.
    mutating func equal(_ left: ConfigNode, _ right: ConfigNode) throws(PluginError) -> Bool {
        try spend(1)
        switch (left.content, right.content) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left), .integer(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.integer, .number), (.number, .integer), (.number, .number): return left.double == right.double
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where try !equal(left, right) { return false }
            return true
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            let others = Dictionary(right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            for member in left {
                guard let other = others[member.key], try equal(member.value, other) else { return false }
            }
            return true
        default: return false
        }
    }
}

extension ConfigNode {
    /// A number as such.
    fileprivate var double: Double? {
        switch content {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    fileprivate var isMap: Bool {
        if case .map = content { return true }
        return false
    }

    /// Whether it is of a type of JSON Schema; a number without a fraction is an `integer` however it is written.
    fileprivate func isJSON(ofType name: String) -> Bool {
        switch (name, content) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .list), ("object", .map): true
        case ("number", .integer), ("number", .number), ("integer", .integer): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}

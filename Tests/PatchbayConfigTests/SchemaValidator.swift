import PatchbayPlugin

/// Checks a value against the keywords of JSON Schema 2020-12 that Patchbay writes; any other keyword fails, so that a
/// schema cannot say something that these tests do not understand.
struct SchemaValidator {
    let root: ConfigNode

    /// What the value breaks, as paths; empty when it is valid.
    func problems(_ value: ConfigNode, _ schema: ConfigNode? = nil, at path: String = "") -> [String] {
        let schema = schema ?? root
        if case .bool(let isAllowed) = schema.content { return isAllowed ? [] : ["\(path): not allowed"] }
        return schema.entries.flatMap { keyword(value, $0, schema, path) }
    }

    private func isValid(_ value: ConfigNode, _ schema: ConfigNode) -> Bool { problems(value, schema).isEmpty }

    private func keyword(
        _ value: ConfigNode,
        _ keyword: ConfigNode.Entry,
        _ schema: ConfigNode,
        _ path: String
    ) -> [String] {
        let argument = keyword.value
        switch keyword.key {
        case "$schema", "title", "description", "default", "writeOnly", "$defs", "then": return []
        case "$ref":
            let name = argument.string.map { String($0.dropFirst("#/$defs/".count)) } ?? ""
            guard let target = root["$defs"]?[name] else { return ["\(path): no definition \(name)"] }
            return problems(value, target, at: path)
        case "if":
            guard isValid(value, argument), let then = schema["then"] else { return [] }
            return problems(value, then, at: path)
        case "allOf": return argument.elements.flatMap { problems(value, $0, at: path) }
        case "anyOf":
            let isOne = argument.elements.contains { isValid(value, $0) }
            return isOne ? [] : ["\(path): none of anyOf"]
        case "oneOf":
            return argument.elements.filter { isValid(value, $0) }.count == 1 ? [] : ["\(path): not one of oneOf"]
        case "not": return isValid(value, argument) ? ["\(path): not"] : []
        case "properties", "required", "additionalProperties": return object(value, keyword, schema, path)
        case "items":
            return value.elements.enumerated().flatMap { problems($1, argument, at: "\(path)/\($0)") }
        case "minItems":
            guard case .list(let elements) = value.content else { return [] }
            return Double(elements.count) < argument.number ? ["\(path): too few"] : []
        case "uniqueItems":
            let texts = value.elements.compactMap(\.string)
            return Set(texts).count == texts.count ? [] : ["\(path): repeated"]
        default: return scalar(value, keyword, path)
        }
    }

    private func object(
        _ value: ConfigNode,
        _ keyword: ConfigNode.Entry,
        _ schema: ConfigNode,
        _ path: String
    ) -> [String] {
        guard case .map(let entries) = value.content else { return [] }
        switch keyword.key {
        case "required":
            let missing = keyword.value.elements.compactMap(\.string).filter { value[$0] == nil }
            return missing.map { "\(path): \($0) missing" }
        case "properties":
            return entries.flatMap { entry in
                keyword.value[entry.key].map { problems(entry.value, $0, at: "\(path)/\(entry.key)") } ?? []
            }
        default:
            return entries.filter { schema["properties"]?[$0.key] == nil }.flatMap {
                problems($0.value, keyword.value, at: "\(path)/\($0.key)")
            }
        }
    }

    private func scalar(_ value: ConfigNode, _ keyword: ConfigNode.Entry, _ path: String) -> [String] {
        let isFine: Bool
        switch keyword.key {
        case "type":
            let names = keyword.value.string.map { [$0] } ?? keyword.value.elements.compactMap(\.string)
            isFine = names.contains { value.isOf(type: $0) }
        case "const": isFine = Fixtures.show(value) == Fixtures.show(keyword.value)
        case "enum": isFine = keyword.value.elements.contains { Fixtures.show($0) == Fixtures.show(value) }
        case "pattern":
            guard let text = value.string, let pattern = keyword.value.string else { return [] }
            guard let regex = try? Regex(pattern) else { return ["\(path): bad pattern \(pattern)"] }
            isFine = text.firstMatch(of: regex) != nil
        case "minimum": isFine = !value.isOf(type: "number") || value.number >= keyword.value.number
        case "maximum": isFine = !value.isOf(type: "number") || value.number <= keyword.value.number
        default: return ["\(path): unknown keyword \(keyword.key)"]
        }
        return isFine ? [] : ["\(path): \(keyword.key)"]
    }
}

extension ConfigNode {
    fileprivate var number: Double {
        switch content {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: .nan
        }
    }

    fileprivate func isOf(type: String) -> Bool {
        switch (content, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.string, "string"), (.list, "array"), (.map, "object"):
            true
        default: false
        }
    }
}

public import PatchbayCore

// JSON Schema draft 2020-12: https://json-schema.org/draft/2020-12
extension ConfigSchema {
    /// The dialect in which schemas are written.
    public static let jsonSchemaDialect = "https://json-schema.org/draft/2020-12/schema"

    /// The options as a JSON Schema document of their own. Text that names a variable is allowed for every type, as the
    /// check happens after variables were replaced.
    public func jsonSchema(title: String? = nil) -> Bytes {
        var json = JSONWriter(isIndented: true)
        json.object { json in
            json.member("$schema", Self.jsonSchemaDialect)
            if let title { json.member("title", title) }
            writeJSONSchemaMembers(into: &json)
        }
        return json.finish()
    }

    /// Writes the members of a JSON Schema object: what the options may be.
    public func writeJSONSchemaMembers(into json: inout JSONWriter) {
        guard let shorthand, let option = option(shorthand) else {
            writeObject(into: &json)
            return
        }
        json.key("anyOf")
        json.array { json in
            json.object { json in writeObject(into: &json) }
            // A mapping is always read as the options themselves.
            json.object { json in
                json.key("not")
                json.object { json in json.member("type", "object") }
                json.key("allOf")
                json.array { json in
                    json.object { json in option.writeJSONSchemaMembers(into: &json) }
                }
            }
        }
    }

    private func writeObject(into json: inout JSONWriter) {
        json.member("type", options.contains(where: \.isRequired) ? ["object"] : ["object", "null"])
        json.key("properties")
        json.object { json in
            for option in options {
                json.key(option.name)
                json.object { json in option.writeJSONSchemaMembers(into: &json) }
            }
        }
        let required = options.filter { $0.isRequired && $0.defaultValue == nil }.map(\.name)
        if !required.isEmpty { json.member("required", required) }
        json.member("additionalProperties", false)
    }
}

extension ConfigOption {
    /// Writes the members of a JSON Schema object: what a value may be. The default of a secret stays out.
    public func writeJSONSchemaMembers(into json: inout JSONWriter) {
        if !summary.isEmpty { json.member("description", summary) }
        if isSecret { json.member("writeOnly", true) }
        if let defaultValue, !isSecret {
            json.key("default")
            json.value(defaultValue)
        }
        kind.writeJSONSchemaMembers(into: &json)
    }
}

extension ConfigOption.Kind {
    /// Text in which a variable stands.
    private static let variablePattern = #"\$\{(env|file):"#
    private static let sizePattern = #"^\s*[0-9]+ *([kKmMgGtT][iI]?[bB]|[bB])?\s*$"#
    private static let durationPattern = #"^\s*(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|min|m|h|d))+)\s*$"#

    /// Writes the members of a JSON Schema object for this kind of value.
    func writeJSONSchemaMembers(into json: inout JSONWriter) {
        switch self {
        case .any: break
        case .string(let choices) where choices.isEmpty: json.member("type", ["string", "number", "boolean"])
        case .string(let choices): orVariable(&json) { $0.member("enum", choices) }
        case .integer(let range):
            orVariable(&json) { json in
                json.member("type", "integer")
                if range.lowerBound > .min { json.member("minimum", range.lowerBound) }
                if range.upperBound < .max { json.member("maximum", range.upperBound) }
            }
        case .number(let range):
            orVariable(&json) { json in
                json.member("type", "number")
                if range.lowerBound.isFinite { json.member("minimum", range.lowerBound) }
                if range.upperBound.isFinite { json.member("maximum", range.upperBound) }
            }
        case .boolean: orVariable(&json) { $0.member("type", "boolean") }
        case .size:
            quantity(&json, Self.sizePattern) {
                $0.member("type", "integer"); $0.member("minimum", 0)
            }
        case .duration: quantity(&json, Self.durationPattern) { $0.member("const", 0) }
        case .list(let element): list(of: element, &json)
        case .map(let element):
            json.member("type", "object")
            json.key("additionalProperties")
            json.object { json in element.writeJSONSchemaMembers(into: &json) }
        }
    }

    private func list(of element: Self, _ json: inout JSONWriter) {
        json.key("anyOf")
        json.array { json in
            json.object { json in
                json.member("type", "array")
                json.key("items")
                json.object { json in element.writeJSONSchemaMembers(into: &json) }
            }
            json.object { json in element.writeJSONSchemaMembers(into: &json) }
        }
    }

    private func quantity(_ json: inout JSONWriter, _ pattern: String, number: (inout JSONWriter) -> Void) {
        json.key("anyOf")
        json.array { json in
            json.object { json in number(&json) }
            json.object { json in text(&json, pattern) }
            json.object { json in text(&json, Self.variablePattern) }
        }
    }

    private func orVariable(_ json: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
        json.key("anyOf")
        json.array { json in
            json.object { json in members(&json) }
            json.object { json in text(&json, Self.variablePattern) }
        }
    }

    private func text(_ json: inout JSONWriter, _ pattern: String) {
        json.member("type", "string")
        json.member("pattern", pattern)
    }
}

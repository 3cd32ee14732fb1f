public import PatchbayCore

extension PluginManifest {
    /// The manifest as JSON: what stands beside an artifact or in it, so that a host knows a plugin without running it.
    /// Version ``formatVersion`` of the format; readers ignore keys that they do not know.
    /// - Parameters:
    ///   - isIndented: for people; otherwise on one line.
    ///   - isComplete: with what readers take for granted: empty lists, and a capability that is called as the plugin is.
    public func json(isIndented: Bool = true, isComplete: Bool = true) -> Bytes {
        var json = JSONWriter(isIndented: isIndented)
        write(into: &json, isComplete: isComplete)
        return json.finish()
    }

    /// Writes the manifest as one JSON object; without what readers take for granted unless it is to be complete.
    public func write(into json: inout JSONWriter, isComplete: Bool = true) {
        json.object { json in writeMembers(into: &json, isComplete: isComplete) }
    }

    /// Writes the members of that object, for one that has others too.
    public func writeMembers(into json: inout JSONWriter, isComplete: Bool = true) {
        json.member("manifest", Self.formatVersion)
        json.member("name", name)
        json.member("version", version)
        json.member("summary", summary)
        json.key("capabilities")
        json.array { json in
            for capability in capabilities {
                json.object { json in
                    json.member("type", capability.type)
                    if isComplete || capability.name != name { json.member("name", capability.name) }
                }
            }
        }
        if isComplete || !configuration.options.isEmpty {
            json.key("options")
            json.array { json in
                for option in configuration.options { option.write(into: &json) }
            }
        }
        if let shorthand = configuration.shorthand { json.member("shorthand", shorthand) }
        if isComplete || !fields.isEmpty {
            json.key("fields")
            json.array { json in
                for field in fields { field.write(into: &json) }
            }
        }
        if isComplete || !permissions.isEmpty { json.member("permissions", permissions) }
        if isComplete || isOrdered { json.member("ordered", isOrdered) }
        if let abi { json.member("abi", abi) }
    }
}

extension ConfigOption {
    fileprivate func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.key("value")
            kind.write(into: &json)
            if let defaultValue, !isSecret {
                json.key("default")
                json.value(defaultValue)
            }
            if isRequired { json.member("required", true) }
            if isSecret { json.member("secret", true) }
            if let path { json.member("path", path.rawValue) }
            json.member("summary", summary)
        }
    }
}

extension ConfigOption.Kind {
    /// The name in manifests.
    var name: String {
        switch self {
        case .string: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .size: "size"
        case .duration: "duration"
        case .list: "list"
        case .map: "map"
        case .any: "any"
        }
    }

    fileprivate func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("type", name)
            switch self {
            case .string(let choices): if !choices.isEmpty { json.member("choices", choices) }
            case .integer(let range):
                if range.lowerBound > .min { json.member("minimum", range.lowerBound) }
                if range.upperBound < .max { json.member("maximum", range.upperBound) }
            case .number(let range):
                if range.lowerBound.isFinite { json.member("minimum", range.lowerBound) }
                if range.upperBound.isFinite { json.member("maximum", range.upperBound) }
            case .list(let element), .map(let element):
                json.key("of")
                element.write(into: &json)
            case .boolean, .size, .duration, .any: break
            }
        }
    }
}

extension Field {
    func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("type", type.name)
            if !order.isEmpty { json.member("order", order) }
            if isOnDemand { json.member("on_demand", true) }
            if !summary.isEmpty { json.member("summary", summary) }
        }
    }
}

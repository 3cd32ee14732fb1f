public import PatchbayCore

extension PluginManifest {
    /// The largest manifest that is read, in bytes.
    public static let sizeLimit = 1 << 20

    /// Reads a manifest from JSON, running nothing. Keys that this build does not know are ignored; a newer version of
    /// the format is an error that says so.
    /// - Parameters:
    ///   - json: the manifest's text.
    ///   - file: the name in messages.
    public init(json: Bytes, file: String) throws(PluginError) {
        try self.init(
            tree: try JSONReader.read(json, file: file, sizeLimit: Self.sizeLimit, depthLimit: 32), file: file)
    }

    /// Takes a manifest from a tree that was read from JSON or YAML; the same keys in both.
    /// - Parameters:
    ///   - tree: the manifest.
    ///   - file: the name in messages about what has no place.
    public init(tree: ConfigNode, file: String) throws(PluginError) {
        let reader = ManifestReader(file: file)
        try reader.checkVersion(tree)
        self.init(
            name: try reader.name(tree, "name"),
            version: try reader.name(tree, "version"),
            summary: try reader.summary(tree),
            capabilities: try reader.capabilities(tree),
            configuration: try reader.configuration(tree),
            fields: try reader.list(tree, "fields", ManifestReader.field),
            permissions: try reader.strings(tree, "permissions"),
            isOrdered: try reader.flag(tree, "ordered"),
            abi: try reader.abi(tree)
        )
        guard !capabilities.isEmpty else {
            throw reader.problem("the manifest names no capability", at: tree.position)
        }
    }
}

/// Takes typed values out of a manifest's tree.
struct ManifestReader {
    let file: String

    func problem(_ message: String, at position: ConfigPosition?) -> PluginError {
        PluginError(.input, message, configuration: position ?? ConfigPosition(file: file, line: 0, column: 0))
    }

    func checkVersion(_ tree: ConfigNode) throws(PluginError) {
        guard case .map = tree.content else {
            throw problem("a manifest is a JSON object, not \(tree.kindName)", at: tree.position)
        }
        guard let version = tree["manifest"], case .integer(let number) = version.content, number > 0 else {
            throw problem("the key 'manifest' with the format's version is missing", at: tree["manifest"]?.position)
        }
        guard number <= PluginManifest.formatVersion else {
            var error = problem("the manifest has version \(number) of the format", at: version.position)
            error.cause = "this build reads versions up to \(PluginManifest.formatVersion)"
            error.advice = "use a newer Patchbay, or an older version of the plugin"
            throw error
        }
    }

    // MARK: Parts

    func abi(_ tree: ConfigNode) throws(PluginError) -> Int? {
        guard let value = tree["abi"], !value.isNull else { return nil }
        guard case .integer(let number) = value.content, number > 0, let version = Int(exactly: number) else {
            throw problem("'abi' must be a whole number over 0", at: value.position)
        }
        return version
    }

    /// The capabilities of all entries.
    func capabilities(_ tree: ConfigNode) throws(PluginError) -> [Capability] {
        let entries = try list(tree, "capabilities") { _ in { (node) throws(PluginError) in node } }
        var found: [Capability] = []
        for entry in entries { found += try capabilities(of: entry, in: tree) }
        return found
    }

    /// The capabilities of one entry, which has a `name`, or `names` for several of the same type; without either it is
    /// called as the plugin is.
    private func capabilities(of node: ConfigNode, in tree: ConfigNode) throws(PluginError) -> [Capability] {
        let type = try name(node, "type")
        guard let several = node["names"], !several.isNull else {
            let isNamed = node["name"].map { !$0.isNull } ?? false
            return [Capability(type: type, name: try name(isNamed ? node : tree, "name"))]
        }
        guard case .list(let names) = several.content, !names.isEmpty else {
            throw problem("'names' must be a list of names", at: several.position)
        }
        return try names.map { (element) throws(PluginError) in
            let entry = ConfigNode(.map([.init(key: "name", value: element)]), at: element.position)
            return Capability(type: type, name: try name(entry, "name"))
        }
    }

    func field(_ node: ConfigNode) throws(PluginError) -> Field {
        let typeName = try string(node, "type")
        guard let type = FieldType(name: typeName) else {
            throw problem("\(typeName.quotedForMessage) is no type of a field", at: node["type"]?.position)
        }
        return Field(
            try name(node, "name"),
            type,
            order: try strings(node, "order"),
            isOnDemand: try flag(node, "on_demand"),
            summary: try summary(node)
        )
    }

    func configuration(_ tree: ConfigNode) throws(PluginError) -> ConfigSchema {
        let options = try list(tree, "options", ManifestReader.option)
        var names: Set<String> = []
        for option in options where !names.insert(option.name).inserted {
            throw problem("the option '\(option.name)' is described twice", at: tree["options"]?.position)
        }
        var shorthand: String?
        if let node = tree["shorthand"], !node.isNull {
            let name = try string(tree, "shorthand")
            guard names.contains(name) else {
                throw problem("the shorthand \(name.quotedForMessage) is no option", at: node.position)
            }
            shorthand = name
        }
        return ConfigSchema(options, shorthand: shorthand)
    }

    func option(_ node: ConfigNode) throws(PluginError) -> ConfigOption {
        guard let value = node["value"] else {
            throw problem("the option does not say what its 'value' may be", at: node.position)
        }
        var option = ConfigOption(
            try name(node, "name"),
            try kind(value),
            isRequired: try flag(node, "required"),
            isSecret: try flag(node, "secret"),
            path: try pathUse(node),
            summary: try summary(node)
        )
        if let value = node["default"], !value.isNull {
            option.defaultValue = value
            let (_, problems) = ConfigSchema([option]).check(nil)
            if let first = problems.first {
                throw problem("the default does not fit: \(first.message)", at: value.position)
            }
        }
        return option
    }

    func kind(_ node: ConfigNode) throws(PluginError) -> ConfigOption.Kind {
        let name = try string(node, "type")
        switch name {
        case "string": return .string(choices: try strings(node, "choices"))
        case "integer": return .integer(try integers(node))
        case "number": return .number(try numbers(node))
        case "boolean": return .boolean
        case "size": return .size
        case "duration": return .duration
        case "any": return .any
        case "list", "map":
            guard let element = node["of"] else { throw problem("'of' is missing", at: node.position) }
            return name == "list" ? .list(of: try kind(element)) : .map(of: try kind(element))
        default: throw problem("\(name.quotedForMessage) is no type of an option", at: node["type"]?.position)
        }
    }

    private func integers(_ node: ConfigNode) throws(PluginError) -> ClosedRange<Int64> {
        func bound(_ key: String, _ open: Int64) throws(PluginError) -> Int64 {
            guard let value = node[key] else { return open }
            guard case .integer(let number) = value.content else {
                throw problem("'\(key)' must be a whole number", at: value.position)
            }
            return number
        }
        let (low, high) = (try bound("minimum", .min), try bound("maximum", .max))
        guard low <= high else { throw problem("'minimum' is over 'maximum'", at: node.position) }
        return low...high
    }

    private func numbers(_ node: ConfigNode) throws(PluginError) -> ClosedRange<Double> {
        func bound(_ key: String, _ open: Double) throws(PluginError) -> Double {
            switch node[key]?.content {
            case nil: return open
            case .integer(let number): return Double(number)
            case .number(let number): return number
            default: throw problem("'\(key)' must be a number", at: node[key]?.position)
            }
        }
        let (low, high) = (try bound("minimum", -.infinity), try bound("maximum", .infinity))
        guard low <= high else { throw problem("'minimum' is over 'maximum'", at: node.position) }
        return low...high
    }

    // MARK: Values

    /// Text that goes into names, lists and messages: short, on one line.
    func name(_ node: ConfigNode, _ key: String) throws(PluginError) -> String {
        let text = try string(node, key)
        let isFit = !text.isEmpty && text.utf8.count <= 128 && text.unicodeScalars.allSatisfy(\.isShowable)
        guard isFit else {
            throw problem("'\(key)' must have 1 to 128 bytes without control characters", at: node[key]?.position)
        }
        return text
    }

    /// Text that help shows as it is; empty when left out.
    func summary(_ node: ConfigNode) throws(PluginError) -> String {
        guard let value = node["summary"], !value.isNull else { return "" }
        let text = try string(node, "summary")
        guard text.unicodeScalars.allSatisfy(\.isShowable) else {
            throw problem("'summary' must be one line without control characters", at: value.position)
        }
        return text
    }

    func string(_ node: ConfigNode, _ key: String) throws(PluginError) -> String {
        guard let value = node[key], !value.isNull else {
            throw problem("the key '\(key)' is missing", at: node.position)
        }
        guard let text = value.string else { throw problem("'\(key)' must be text", at: value.position) }
        return text
    }

    func pathUse(_ node: ConfigNode) throws(PluginError) -> ConfigOption.PathUse? {
        guard let value = node["path"], !value.isNull else { return nil }
        guard let use = value.string.flatMap(ConfigOption.PathUse.init) else {
            throw problem("'path' must be 'input' or 'output'", at: value.position)
        }
        return use
    }

    func flag(_ node: ConfigNode, _ key: String) throws(PluginError) -> Bool {
        guard let value = node[key], !value.isNull else { return false }
        guard case .bool(let flag) = value.content else {
            throw problem("'\(key)' must be true or false", at: value.position)
        }
        return flag
    }

    func strings(_ node: ConfigNode, _ key: String) throws(PluginError) -> [String] {
        try elements(node, key).map { (element) throws(PluginError) in
            guard let text = element.string else {
                throw problem("'\(key)' must be a list of texts", at: element.position)
            }
            return text
        }
    }

    func list<Element>(
        _ node: ConfigNode,
        _ key: String,
        _ read: (ManifestReader) -> (ConfigNode) throws(PluginError) -> Element
    ) throws(PluginError) -> [Element] {
        try elements(node, key).map { (element) throws(PluginError) in
            guard case .map = element.content else {
                throw problem("'\(key)' must be a list of objects", at: element.position)
            }
            return try read(self)(element)
        }
    }

    private func elements(_ node: ConfigNode, _ key: String) throws(PluginError) -> [ConfigNode] {
        guard let value = node[key], !value.isNull else { return [] }
        guard case .list(let elements) = value.content else {
            throw problem("'\(key)' must be a list", at: value.position)
        }
        return elements
    }
}

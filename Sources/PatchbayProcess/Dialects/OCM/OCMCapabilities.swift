internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin of the Open Component Model prints when it is asked for its capabilities.
struct OCMCapabilities: Sendable {
    /// One type of specifications that a plugin knows.
    struct SpecificationType: Sendable {
        /// The canonical name, `Name/v1`.
        let name: String
        /// Other names.
        let aliases: [String]
        /// What specifications must look like; nil when the plugin does not say.
        let schema: JSONSchema?

        /// Whether a specification may call itself `type`.
        func isNamed(_ type: String) -> Bool { name == type || aliases.contains(type) }
    }

    /// What the plugin knows, by capability type and the member that lists it.
    private(set) var lists: [OCMCapabilityType: [String: [SpecificationType]]] = [:]
    /// What to call the capabilities.
    private(set) var capabilities: [Capability] = []
    /// The types of configuration that it wants.
    private(set) var configurationTypes: [String] = []
    /// The capability types that this build does not know, which are left out.
    private(set) var unknownTypes: [String] = []

    /// Whether the JSON that a program printed has the shape of these capabilities, and not of a manifest.
    static func areIn(_ tree: ConfigNode) -> Bool {
        guard tree["manifest"] == nil, tree["process"] == nil else { return false }
        return (tree["capabilities"]?.elements ?? []).contains { entry in
            entry["name"] == nil && entry["type"]?.string.flatMap(OCMCapabilityType.init(named:)) != nil
        }
    }

    /// Reads what `file` printed.
    init(_ tree: ConfigNode, file: String) throws(PluginError) {
        guard case .list(let entries) = tree["capabilities"]?.content else {
            throw PluginError(.input, "\(file) names no capabilities")
        }
        for entry in entries {
            guard let name = entry["type"]?.string else {
                throw PluginError(.input, "a capability of \(file) has no type")
            }
            guard let type = OCMCapabilityType(named: name) else {
                unknownTypes.append(name)
                continue
            }
            for list in type.lists {
                for node in entry[list]?.elements ?? [] { try add(node, to: list, of: type, file) }
            }
        }
        configurationTypes = (tree["supportedConfigTypes"]?.elements ?? []).compactMap(\.string)
        guard !capabilities.isEmpty else {
            throw PluginError(
                .unsupported, "\(file) has no capability that this build knows",
                cause: unknownTypes.isEmpty
                    ? nil : "it has \(unknownTypes.map(\.quotedForMessage).joined(separator: ", "))")
        }
    }

    private mutating func add(
        _ node: ConfigNode, to list: String, of type: OCMCapabilityType, _ file: String
    ) throws(PluginError) {
        guard let name = node["type"]?.string, !name.isEmpty, name.utf8.count <= 128,
            name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else {
            throw PluginError(.input, "'\(list)' of \(file) lists something without a proper 'type'")
        }
        var schema: JSONSchema?
        switch node["jsonSchema"]?.content {
        case nil, .null: break
        case .string(let text) where text.isEmpty: break
        case .string(let text):
            guard let bytes = Base64.decoded(text) else {
                throw PluginError(.input, "the JSON Schema of \(name) of \(file) is not in base64")
            }
            schema = try JSONSchema(bytes, name: "the JSON Schema of \(name)")
        default: schema = node["jsonSchema"].map { JSONSchema($0) }
        }
        let aliases = (node["aliases"]?.elements ?? []).compactMap(\.string)
        let known = lists[type]?[list] ?? []
        guard !known.contains(where: { $0.name == name }) else { return }
        lists[type, default: [:]][list] = known + [SpecificationType(name: name, aliases: aliases, schema: schema)]
        let capability = Capability(type: type.rawValue, name: name)
        if !capabilities.contains(capability) { capabilities.append(capability) }
    }

    /// The list of `type` that the name of a capability is from.
    func list(of capability: Capability, _ type: OCMCapabilityType) -> String? {
        type.lists.first { lists[type]?[$0]?.contains { $0.name == capability.name } ?? false }
    }
}

internal import PatchbayPlugin

/// What a request to create an instance says: options, which the host has checked, and what the operator permits.
struct InstanceOptions {
    private let tree: ConfigNode
    private let manifest: PluginManifest

    init(_ tree: ConfigNode, _ manifest: PluginManifest) {
        self.tree = tree
        self.manifest = manifest
    }

    /// The configuration of the instance. Options that were left out have their defaults.
    func configuration(_ scope: StageScope) throws(PluginError) -> PluginConfiguration {
        let schema = manifest.configuration
        var values: [String: ConfigNode] = [:]
        for entry in tree["options"]?.entries ?? [] {
            guard schema.options.contains(where: { $0.name == entry.key }) else {
                throw PluginError(.configuration, "there is no option \(entry.key.quotedForMessage)")
            }
            values[entry.key] = entry.value
        }
        for option in schema.options where values[option.name] == nil {
            let missing = ConfigSchema([option]).check(nil)
            guard let configuration = missing.configuration else {
                throw PluginError(.configuration, "the option '\(option.name)' is missing")
            }
            if let value = configuration[option.name] { values[option.name] = value }
        }
        var grants = Grants.none
        for element in tree["grants"]?.elements ?? [] {
            guard let text = element.string else { continue }
            grants.insert(try Grant(text))
        }
        return PluginConfiguration(
            checked: values, secrets: Set(schema.options.filter(\.isSecret).map(\.name)),
            grants: tree["grants"] == nil ? .default : grants, stage: scope.stage, scope: scope)
    }
}

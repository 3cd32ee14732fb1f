internal import PatchbayPlugin

extension PluginManifest {
    /// One manifest for a program with several plugins: name, version and summary are the first's.
    ///
    /// An option that only some of them have is required for none: each checks its own when an instance is made.
    init(joining manifests: [PluginManifest]) throws(PluginError) {
        guard let first = manifests.first else {
            throw PluginError(.configuration, "the program has no plugin", advice: "register one before serving")
        }
        self = first
        guard manifests.count > 1 else { return }
        var options: [ConfigOption] = []
        for manifest in manifests {
            for option in manifest.configuration.options {
                guard let known = options.first(where: { $0.name == option.name }) else {
                    options.append(option)
                    continue
                }
                guard known.kind == option.kind, known.isSecret == option.isSecret else {
                    throw PluginError(
                        .configuration, "two plugins of the program have different options '\(option.name)'",
                        advice: "give one of them another name, or build two programs")
                }
            }
        }
        for index in options.indices where options[index].isRequired {
            let name = options[index].name
            let isEverywhere = manifests.allSatisfy { $0.configuration.options.contains { $0.name == name } }
            if !isEverywhere { options[index].isRequired = false }
        }
        capabilities = manifests.flatMap(\.capabilities)
        configuration = ConfigSchema(options)
        fields = manifests.flatMap(\.fields)
        for permission in manifests.flatMap(\.permissions) where !permissions.contains(permission) {
            permissions.append(permission)
        }
        isOrdered = manifests.contains { $0.isOrdered }
    }
}

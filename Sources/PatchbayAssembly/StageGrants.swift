internal import PatchbayConfig
internal import PatchbayPlugin

extension PluginConfiguration {
    /// Takes over what the stage permits its plugin; `resolve` turns a path as written into one that can be opened.
    mutating func permit(_ stage: StageConfiguration, _ resolve: (String) -> String) {
        grants = stage.grants.mappingPaths(resolve)
        limits = stage.limits
        self.stage = stage.id
        scope = StageScope(stage: stage.id)
    }
}

extension StageConfiguration {
    /// What the operator should know of the grants: a plugin that wants more than it gets, which it may cope with, or
    /// one that they do not bind.
    func grantNotes(for factory: any PluginFactory, _ grants: Grants) -> [Diagnostic] {
        let name = factory.manifest.name
        guard factory.isSandboxed else {
            let given = [("grants", positions.grants), ("limits", positions.limits)]
            return given.compactMap { key, position in
                position.map {
                    Diagnostic(
                        "'\(key)' has no effect: \(name.quotedForMessage) is not sandboxed and has the program's rights",
                        at: $0,
                        severity: .warning,
                        advice: "remove it, or use a WebAssembly plugin"
                    )
                }
            }
        }
        return factory.manifest.permissions.compactMap { permission in
            grants.lacks(permission: permission).map { missing in
                Diagnostic(
                    "\(name.quotedForMessage) wants the grant \(missing.quotedForMessage), which it does not have",
                    at: positions.grants ?? place,
                    severity: .warning,
                    advice: "add it under 'grants' of the stage if the plugin may have it"
                )
            }
        }
    }
}

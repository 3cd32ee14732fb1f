internal import PatchbayConfig
internal import PatchbayPlugin

extension PluginConfiguration {
    /// Takes over what the stage permits its plugin; `resolve` turns a path as written into one that can be opened.
    mutating func permit(
        _ stage: StageConfiguration, _ settings: SettingsConfiguration, _ resolve: (String) -> String
    ) {
        grants = stage.grants.mappingPaths(resolve)
        limits = stage.limits
        sandbox = stage.sandbox ?? settings.sandbox ?? .preferred
        self.stage = stage.id
        scope = StageScope(stage: stage.id)
    }
}

extension StageConfiguration {
    /// What the operator should know of grants and sandbox: a plugin that wants more than it gets, which it may cope
    /// with, one that they do not bind, or one that runs without the sandbox that was wished for.
    func grantNotes(for factory: any PluginFactory, _ options: PluginConfiguration) -> [Diagnostic] {
        let name = factory.manifest.name.quotedForMessage
        let enforcement = factory.enforcement(options.sandbox)
        var notes: [Diagnostic] = []
        if let reason = enforcement.reason {
            notes.append(
                Diagnostic(
                    "\(name) runs without a sandbox: \(reason)", at: positions.sandbox ?? place, severity: .warning,
                    advice: "write 'sandbox: required' to refuse that, or 'sandbox: off' if the program is trusted"))
        }
        let given = [
            ("grants", positions.grants, enforcement.holdsGrants),
            ("limits", positions.limits, enforcement.holdsLimits),
        ]
        for (key, position, holds) in given where !holds {
            guard let position else { continue }
            notes.append(
                Diagnostic(
                    "'\(key)' has no effect: \(name) is not sandboxed and has the program's rights", at: position,
                    severity: .warning,
                    advice: enforcement.holdsLimits ? nil : "remove it, or use a WebAssembly plugin"))
        }
        guard enforcement.holdsGrants else { return notes }
        return notes
            + factory.manifest.permissions.compactMap { permission in
                options.grants.lacks(permission: permission).map { missing in
                    Diagnostic(
                        "\(name) wants the grant \(missing.quotedForMessage), which it does not have",
                        at: positions.grants ?? place,
                        severity: .warning,
                        advice: "add it under 'grants' of the stage if the plugin may have it"
                    )
                }
            }
    }
}

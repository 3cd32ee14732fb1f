internal import PatchbayConfig
internal import PatchbayPlugin

/// The plugin that a stage of a configuration stands for.
struct PluginMatch {
    let factory: any PluginFactory
    let capability: Capability
    let role: Role

    /// Why there is none.
    struct Missing: Error {
        let diagnostic: Diagnostic
    }

    /// That there is no plugin of that name, and what might have been meant.
    static func unknown(
        _ name: String, _ stage: StageConfiguration, _ registry: PluginRegistry, _ catalog: PluginCatalog
    ) -> Diagnostic {
        let roles = stage.possibleRoles
        let kind = roles.count == 1 ? roles[0].words : "plugin for '\(stage.section.rawValue)'"
        var advice: String?
        if let role = Role.allCases.first(where: { !roles.contains($0) && catalog.find($0, name) != nil }) {
            advice = "'\(name)' is a \(role.words), which belongs under '\(role.section)'"
            if role.section == stage.section.rawValue { advice = "'\(name)' is a \(role.words)" }
        } else {
            let names = roles.flatMap { role in registry.all(ofType: role.rawValue).map(\.capability.name) }
            let files = catalog.entries.filter { entry in
                entry.state == .ready && roles.contains { $0 == entry.capability?.role }
            }
            let all = names.isEmpty ? nil : "there are \(names.joined(separator: ", "))"
            advice = NameSuggestion.advice(for: name, in: names + files.compactMap(\.capability?.name)) ?? all
            if let note = unexamined(catalog) { advice = advice.map { "\($0); \(note)" } ?? note }
        }
        return Diagnostic("there is no \(kind) called \(name.quotedForMessage)", at: stage.place, advice: advice)
    }

    private static func unexamined(_ catalog: PluginCatalog) -> String? {
        let count = catalog.entries.count { $0.state == .notExamined }
        guard count > 0 else { return nil }
        let programs = count == 1 ? "1 program in the plugin directories was" : "\(count) programs there were"
        return "\(programs) never asked what they are: 'patchbay plugin list --examine' does"
    }
}

extension Role {
    /// The role in a sentence.
    var words: String { self == .byteSource ? "byte source" : rawValue }
}

import PatchbayPlugin

extension FieldReader {
    /// What the plugin of a stage may do. Variables are refused: what is granted must be seen in the file.
    mutating func grants(_ entry: ConfigNode.Entry?) -> Grants {
        guard let entry else { return .default }
        var elements = [entry.value]
        if case .list(let list) = entry.value.content { elements = list }
        for element in elements where element.string?.contains("${") == true {
            _ = text(element, "a grant")
            return .default
        }
        let (grants, problems) = Grants.read(entry.value, position: entry.position)
        add(problems)
        return grants
    }

    /// How much the plugin of a stage may use.
    mutating func limits(_ entry: ConfigNode.Entry?) -> PluginLimits {
        guard let entry else { return PluginLimits() }
        refuseVariables(entry.value)
        let (limits, problems) = PluginLimits.read(entry.value, position: entry.position)
        add(problems)
        return limits ?? PluginLimits()
    }

    /// The one of two places at which a key stands; reports it when it stands at both.
    mutating func one(_ outer: ConfigNode.Entry?, _ inner: ConfigNode.Entry?) -> ConfigNode.Entry? {
        if let outer, let inner {
            report(
                "'\(inner.key)' is given twice",
                at: inner.position,
                notes: [Diagnostic.Note("first given here", at: outer.position)]
            )
        }
        return outer ?? inner
    }
}

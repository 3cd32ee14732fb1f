internal import PatchbayConfig
public import PatchbayPlugin

extension PluginConfiguration {
    /// The same options with the relative paths among them resolved: those that the schema says are paths.
    ///
    /// `-` (standard input and output) and `~` (the home directory) are not relative to anything.
    public func resolvingPaths(of schema: ConfigSchema, _ resolve: (String) -> String) -> PluginConfiguration {
        var values = values
        for option in schema.options where option.path != nil {
            values[option.name] = values[option.name].map { $0.mappingTexts(resolve) }
        }
        return PluginConfiguration(
            checked: values, position: position, secrets: secrets, grants: grants, limits: limits,
            sandbox: sandbox, stage: stage, scope: scope)
    }
}

extension ConfigNode {
    fileprivate func mappingTexts(_ resolve: (String) -> String) -> ConfigNode {
        var node = self
        switch content {
        case .string(let path) where path != "-" && !path.hasPrefix("~") && !path.isEmpty:
            node.content = .string(resolve(path))
        case .list(let elements): node.content = .list(elements.map { $0.mappingTexts(resolve) })
        default: break
        }
        return node
    }
}

import Patchbay

/// The shortest pipeline around one plugin: what it needs in front of it, the plugin, what shows its records.
struct PluginPipeline {
    let target: PluginTarget
    let settings: PluginSettings
    /// Makes records of bytes, for plugins that take or deliver neither; nil for parsers and sources of records.
    let input: [StageConfiguration]
    let output: StageConfiguration?

    /// The name of the plugin's stage, which no other stage has.
    var id: String {
        var id = target.reference.shortName
        while (input + [output].compactMap(\.self)).contains(where: { $0.id == id }) { id += "-plugin" }
        return id
    }

    /// Whether a plugin of a role reads bytes or records.
    static func hasInput(_ role: Role) -> Bool { role != .byteSource && role != .source }

    /// Whether a plugin of a role needs a parser in front of it or, for byte sources, behind it.
    static func needsParser(_ role: Role) -> Bool { role != .source && role != .parser }

    /// The stages in order.
    func stages(onError: StageConfiguration.ErrorPolicy = .fail) -> [StageConfiguration] {
        guard var stage = target.stage(id: id, options: settings.options, onError: onError) else { return [] }
        stage.grants = settings.grants
        stage.limits = settings.limits
        stage.sandbox = settings.sandbox
        // The parser of a byte source stands behind it.
        let isFirst = target.capability.role == .byteSource
        return (isFirst ? [stage] + input : input + [stage]) + [output].compactMap(\.self)
    }

    /// Takes the capability that was asked for, where the plugin has several of its role.
    func adapt(_ definition: inout PipelineDefinition) {
        guard let index = definition.stages.firstIndex(where: { $0.id == id }) else { return }
        definition.stages[index].capability = target.capability
    }

    /// A sink for standard output.
    static func standardOutput(_ format: String) -> StageConfiguration {
        let entry = ConfigNode.Entry(key: "format", value: ConfigNode(.string(format)))
        return ParserChoice.stage("stdout", .sinks, .sink, [entry])
    }
}

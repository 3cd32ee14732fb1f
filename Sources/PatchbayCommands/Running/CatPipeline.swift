import Patchbay

/// The pipeline that the options of `cat` describe.
struct CatPipeline {
    let configuration: PipelineConfiguration
    /// The source, when the inputs had to be looked at.
    let peeked: PeekedInput?

    /// Throws what is wrong with the options; nil when a signal ended the wait for the first bytes.
    init?(_ arguments: ParsedArguments, _ registry: PluginRegistry) throws(CommandError) {
        var parser = arguments.value("parser")
        var peeked: PeekedInput?
        if parser == nil {
            do throws(PluginError) {
                guard let input = try PeekedInput(arguments.operands, registry) else { return nil }
                peeked = input
                let beginning = input.beginning
                parser = registry.parser(recognizing: beginning.span)?.manifest.name ?? "lines"
            } catch {
                throw CommandError(.environment, error.located(plugin: "file", stage: "file").description)
            }
        }
        self.peeked = peeked
        let inputs = ConfigNode(.list(arguments.operands.map { ConfigNode(.string($0)) }))
        var stages = [
            Self.stage("file", .sources, .byteSource, ["path": inputs]),
            Self.stage(parser ?? "lines", .processors, .parser, [:]),
        ]
        stages.append(Self.stage("stdout", .sinks, .sink, [:]))
        configuration = PipelineConfiguration(file: "command line", stages: stages)
    }

    private static func stage(
        _ plugin: String,
        _ section: StageConfiguration.Section,
        _ role: Role,
        _ options: KeyValuePairs<String, ConfigNode>
    ) -> StageConfiguration {
        StageConfiguration(
            id: plugin,
            section: section,
            role: role,
            plugin: .name(plugin, version: nil),
            parameters: ConfigNode(.map(options.map { ConfigNode.Entry(key: $0.key, value: $0.value) }))
        )
    }
}

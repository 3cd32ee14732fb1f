import Patchbay

/// The pipeline that the options of `cat` describe.
struct CatPipeline {
    let configuration: PipelineConfiguration
    /// The source, when the inputs had to be looked at to find the parser.
    let peeked: PeekedInput?

    /// Throws what is wrong with the options; nil when a signal ended the wait for the first bytes.
    init?(_ arguments: ParsedArguments, _ registry: PluginRegistry) throws(CommandError) {
        let sink = try Self.sink(arguments)
        let options = try arguments.all("with").map { (text) throws(CommandError) in try Self.option(text) }
        let choice: ParserChoice
        if let name = arguments.value("parser") {
            choice = ParserChoice(name: name, peeked: nil)
        } else if let guessed = try ParserChoice(guessing: arguments.operands, registry) {
            choice = guessed
        } else {
            return nil
        }
        peeked = choice.peeked
        let inputs = ConfigNode(.list(arguments.operands.map { ConfigNode(.string($0)) }))
        var stages = [
            Self.stage("file", .sources, .byteSource, [ConfigNode.Entry(key: "path", value: inputs)]),
            Self.stage(choice.name, .processors, .parser, options),
        ]
        for (index, expression) in arguments.all("where").enumerated() {
            var stage = Self.stage("where", .processors, .filter, [Self.entry("expression", expression)])
            if index > 0 { stage.id = "where \(index + 1)" }
            stages.append(stage)
        }
        if let limit = arguments.number("limit") {
            let count = ConfigNode.Entry(key: "count", value: ConfigNode(.integer(Int64(limit))))
            stages.append(Self.stage("head", .processors, .filter, [count]))
        }
        if let fields = arguments.value("select") {
            stages.append(Self.stage("select", .processors, .transform, [Self.entry("fields", fields)]))
        }
        stages.append(sink)
        var settings = SettingsConfiguration()
        settings.threads = arguments.number("threads") ?? Console.cores
        configuration = PipelineConfiguration(file: "command line", settings: settings, stages: stages)
    }

    private static func sink(_ arguments: ParsedArguments) throws(CommandError) -> StageConfiguration {
        var options: [ConfigNode.Entry] = []
        if let format = arguments.value("to") { options.append(entry("format", format)) }
        for (option, key) in ["template": "template", "color": "color"] {
            guard let value = arguments.value(option) else { continue }
            if let format = arguments.value("to"), format != "text" {
                throw .usage("--\(option) is for text, and the output is \(format)")
            }
            options.append(entry(key, value))
        }
        return stage("stdout", .sinks, .sink, options)
    }

    /// `NAME=VALUE`, the value as in a configuration.
    private static func option(_ text: String) throws(CommandError) -> ConfigNode.Entry {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw .usage("--with \(text.quotedForMessage) has no value", advice: "write '--with NAME=VALUE'")
        }
        // What is no YAML, such as a lone comma, is meant as it is.
        let (value, _) = YAMLTree.read(SourceText(file: "command line", parts[1]))
        return ConfigNode.Entry(key: parts[0], value: value?.withoutPositions ?? ConfigNode(.string(parts[1])))
    }

    private static func entry(_ key: String, _ text: String) -> ConfigNode.Entry {
        ConfigNode.Entry(key: key, value: ConfigNode(.string(text)))
    }

    private static func stage(
        _ plugin: String,
        _ section: StageConfiguration.Section,
        _ role: Role,
        _ options: [ConfigNode.Entry]
    ) -> StageConfiguration {
        StageConfiguration(
            id: plugin,
            section: section,
            role: role,
            plugin: .name(plugin, version: nil),
            parameters: ConfigNode(.map(options))
        )
    }
}

/// The parser of inputs, named or guessed.
struct ParserChoice {
    let name: String
    /// The source, when it was guessed.
    let peeked: PeekedInput?

    init(name: String, peeked: PeekedInput?) {
        self.name = name
        self.peeked = peeked
    }

    /// The parser that is surest to know the beginning of the first of `paths`, else `lines`; nil when a signal ended the
    /// wait for it.
    init?(guessing paths: [String], _ registry: PluginRegistry) throws(CommandError) {
        do throws(PluginError) {
            guard let input = try PeekedInput(paths, registry) else { return nil }
            let beginning = input.beginning
            self.init(name: registry.parser(recognizing: beginning.span)?.manifest.name ?? "lines", peeked: input)
        } catch {
            throw CommandError(.environment, error.description)
        }
    }
}

extension ConfigNode {
    /// The same without places: a line and a column of an argument say nothing.
    fileprivate var withoutPositions: ConfigNode {
        var node = self
        node.position = nil
        switch content {
        case .list(let elements): node.content = .list(elements.map(\.withoutPositions))
        case .map(let entries):
            node.content = .map(entries.map { Entry(key: $0.key, value: $0.value.withoutPositions) })
        default: break
        }
        return node
    }
}

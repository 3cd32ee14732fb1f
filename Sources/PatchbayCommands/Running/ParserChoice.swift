import Patchbay

/// The inputs of a command and their parser, named or guessed.
struct ParserChoice {
    /// The parser.
    let name: String
    /// The source, when the parser was guessed and so the input looked at.
    private let peeked: PeekedInput?
    /// Options that the input itself suggests.
    private let suggested: [ConfigNode.Entry]

    /// The parser that `--parser` names, else the one that is surest to know the beginning of the first of `paths`, else
    /// `lines`. Nil when a signal ended the wait for that beginning.
    init?(_ arguments: ParsedArguments, _ paths: [String], _ registry: PluginRegistry) throws(CommandError) {
        try self.init(named: arguments.value("parser"), paths, registry)
    }

    /// The parser called `parser`, or guessed as above when nil.
    init?(named parser: String?, _ paths: [String], _ registry: PluginRegistry) throws(CommandError) {
        if let parser {
            name = parser
            peeked = nil
            suggested = []
            return
        }
        do throws(PluginError) {
            guard let input = try PeekedInput(paths, registry) else { return nil }
            let beginning = input.beginning
            let factory = registry.parser(recognizing: beginning.span)
            name = factory?.manifest.name ?? "lines"
            suggested = factory?.options(for: beginning.span) ?? []
            peeked = input
        } catch {
            throw CommandError(.environment, error.description)
        }
    }

    /// A pipeline that reads `paths`, parses them, and goes on with `stages`.
    func configuration(
        _ paths: [String],
        _ arguments: ParsedArguments,
        behind stages: [StageConfiguration]
    ) throws(CommandError) -> PipelineConfiguration {
        let options = try arguments.all("with").map { (text) throws(CommandError) in try Self.option("with", text) }
        var reading = self.stages(paths, options: options)
        for text in arguments.all("grant") { reading[1].grants.insert(try Self.grant(text)) }
        var settings = SettingsConfiguration()
        settings.sandbox = arguments.sandbox
        settings.threads = arguments.number("threads") ?? Console.cores
        return PipelineConfiguration(
            file: "command line",
            settings: settings,
            stages: reading + stages
        )
    }

    /// The source of `paths` and the parser, with `options` and those that the input itself suggests.
    func stages(_ paths: [String], options: [ConfigNode.Entry] = []) -> [StageConfiguration] {
        let named = Set(options.map(\.key))
        return [
            Self.source(paths),
            Self.stage(name, .processors, .parser, options + suggested.filter { !named.contains($0.key) }),
        ]
    }

    /// The source of `paths`.
    static func source(_ paths: [String]) -> StageConfiguration {
        let inputs = ConfigNode(.list(paths.map { ConfigNode(.string($0)) }))
        return stage("file", .sources, .byteSource, [ConfigNode.Entry(key: "path", value: inputs)])
    }

    /// Checks the pipeline; an input that was looked at goes on from where it is.
    func check(
        _ configuration: PipelineConfiguration, _ registry: PluginRegistry,
        adapting: (inout PipelineDefinition) -> Void = { _ in }
    ) -> PipelineCheck {
        PipelineCheck(configuration, registry: registry) { definition in
            if let peeked { definition.stages[0].factory = peeked }
            adapting(&definition)
        }
    }

    /// A stage of a pipeline that the command line describes.
    static func stage(
        _ plugin: String,
        _ section: StageConfiguration.Section,
        _ role: Role,
        _ options: [ConfigNode.Entry],
        id: String? = nil
    ) -> StageConfiguration {
        StageConfiguration(
            id: id ?? plugin,
            section: section,
            role: role,
            plugin: isFile(plugin)
                ? .path(PluginReference.kind(ofPath: plugin), path: plugin) : .name(plugin, version: nil),
            parameters: ConfigNode(.map(options))
        )
    }

    /// Whether a parser's name means a file.
    private static func isFile(_ name: String) -> Bool {
        ["./", "../", "/"].contains { name.hasPrefix($0) } || name.hasSuffix(".wasm") || name.hasSuffix(".plugin")
    }

    private static func grant(_ text: String) throws(CommandError) -> Grant {
        do throws(PluginError) {
            return try Grant(text)
        } catch {
            throw .usage("--grant: \(error.message)", advice: error.advice)
        }
    }

    /// `NAME=VALUE` of the option `name`, the value as in a configuration.
    static func option(_ name: String, _ text: String) throws(CommandError) -> ConfigNode.Entry {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw .usage("--\(name) \(text.quotedForMessage) has no value", advice: "write '--\(name) NAME=VALUE'")
        }
        // What is no YAML, such as a lone comma, is meant as it is.
        let (value, _) = YAMLTree.read(SourceText(file: "command line", parts[1]))
        return ConfigNode.Entry(key: parts[0], value: value?.withoutPositions ?? ConfigNode(.string(parts[1])))
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

public import PatchbayPlugin

extension PipelineConfiguration {
    /// The version of the configuration format that this build reads.
    public static let formatVersion: Int64 = 1

    /// Reads a configuration: its fields, nothing else. All that is wrong is reported, not only the first; the
    /// configuration is nil when there is an error.
    ///
    /// Variables are checked for their form and replaced later by ``substituting(_:)``; how the stages hang together
    /// is checked by ``topologyDiagnostics()``.
    public static func parse(
        _ source: SourceText
    ) -> (configuration: PipelineConfiguration?, diagnostics: [Diagnostic]) {
        let (tree, problems) = YAMLTree.read(source)
        guard let tree else { return (nil, problems) }
        var reader = FieldReader(source)
        reader.add(problems)
        guard !tree.isNull else {
            reader.report(
                "the file is empty",
                at: source.position(line: 0, column: 0),
                advice: "a pipeline has 'sources', 'processors' and 'sinks'"
            )
            return (nil, reader.diagnostics)
        }
        let configuration = reader.pipeline(tree)
        let hasError = reader.diagnostics.contains { $0.severity == .error }
        return (hasError ? nil : configuration, reader.diagnostics)
    }
}

extension FieldReader {
    fileprivate mutating func pipeline(_ tree: ConfigNode) -> PipelineConfiguration? {
        let keys = ["version", "name", "settings", "sources", "processors", "sinks"]
        let others = ["source": "sources", "sink": "sinks", "transforms": "processors", "outputs": "sinks"]
        guard let fields = fields(of: tree, "a pipeline", keys: keys, others: others) else { return nil }
        version(fields["version"])
        return PipelineConfiguration(
            file: source.file,
            name: text(fields["name"]),
            settings: settings(fields["settings"]),
            stages: Self.numbered(StageConfiguration.Section.allCases.flatMap { stages(fields[$0.rawValue], $0) })
        )
    }

    /// Stages without an `id` whose plugin's name is taken get `NAME-2`, `NAME-3` and so on, in their order: a pipeline
    /// from one file to another should not need names.
    private static func numbered(_ stages: [StageConfiguration]) -> [StageConfiguration] {
        var taken = Set(stages.filter { $0.positions.id != nil }.map(\.id))
        var numbers: [String: Int] = [:]
        return stages.map { stage in
            guard stage.positions.id == nil else { return stage }
            var stage = stage
            let name = stage.id
            while !taken.insert(stage.id).inserted {
                numbers[name, default: 1] += 1
                stage.id = "\(name)-\(numbers[name, default: 1])"
            }
            return stage
        }
    }

    private mutating func version(_ entry: ConfigNode.Entry?) {
        guard let entry else { return }
        if case .integer(PipelineConfiguration.formatVersion) = entry.value.content { return }
        report(
            "'version' must be \(PipelineConfiguration.formatVersion), the only version of the format that there is",
            at: entry.value.position
        )
    }
}

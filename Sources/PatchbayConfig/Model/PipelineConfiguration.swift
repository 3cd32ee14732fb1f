/// A pipeline as its file describes it: typed, with the places of everything, not yet matched with plugins.
public struct PipelineConfiguration: Sendable {
    /// The file's path as the user wrote it, or a name such as `command line`; relative paths start at its directory.
    public var file: String
    /// The pipeline's name, if it was given one.
    public var name: String?
    /// What holds for the whole run.
    public var settings: SettingsConfiguration
    /// Sources, processors and sinks, in this order, each in the order of the file.
    public var stages: [StageConfiguration]

    /// A configuration.
    public init(
        file: String,
        name: String? = nil,
        settings: SettingsConfiguration = SettingsConfiguration(),
        stages: [StageConfiguration]
    ) {
        self.file = file
        self.name = name
        self.settings = settings
        self.stages = stages
    }

    /// A path of the configuration as the program has to open it: relative ones start at the file's directory.
    public func resolve(path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(file[...slash]) + path
    }
}

extension PipelineConfiguration {
    /// The indices of the stages that each stage reads, by stage: what `inputs` says, else the place in the line.
    ///
    /// In the line, sources feed the first processor, each processor the next, and the last one all sinks; without
    /// processors the sources feed the sinks. Inputs that name no stage or a sink are left out
    /// (``topologyDiagnostics()`` reports them).
    public func inputIndices() -> [[Int]] {
        let sources = stages.indices.filter { stages[$0].section == .sources }
        let known = firstIndices()
        var feeding = sources
        return stages.indices.map { index in
            let stage = stages[index]
            guard stage.section != .sources else { return [] }
            let inLine = feeding
            if stage.section == .processors { feeding = [index] }
            guard let inputs = stage.inputs else { return inLine }
            return inputs.compactMap { known[$0.id] }.filter { stages[$0].section != .sinks }
        }
    }

    /// The first stage of each name.
    func firstIndices() -> [String: Int] {
        Dictionary(stages.indices.map { (stages[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The position of the first stage called `id`.
    public func index(ofStage id: String) -> Int? {
        stages.firstIndex { $0.id.utf8.elementsEqual(id.utf8) }
    }
}

public import PatchbayPlugin

/// What the engine does with a record that a stage fails on.
public enum ErrorPolicy: String, Sendable, CaseIterable {
    /// The run ends with the error.
    case fail
    /// The record is left out and counted.
    case skip
    /// The whole original record goes to the dead-letter destination.
    case deadLetter = "dead_letter"
}

/// One stage of a pipeline: a plugin, its options, and where its records come from.
public struct StageDefinition: Sendable {
    /// The name, unique in the pipeline.
    public var id: String
    /// What the plugin does here.
    public var role: Role
    /// Makes the plugin's instances.
    public var factory: any PluginFactory
    /// The capability asked of the factory.
    public var capability: Capability
    /// The plugin's options, checked.
    public var configuration: PluginConfiguration
    /// The stages that feed this one; empty for sources.
    public var inputs: [String]
    /// What happens to records that it fails on.
    public var onError: ErrorPolicy
    /// Batches that may wait in front of the stage, which then runs on a thread of its own; nil to run with the stage before.
    public var queue: Int?

    /// A stage.
    public init(
        id: String, role: Role, factory: any PluginFactory, capability: Capability? = nil,
        configuration: PluginConfiguration = PluginConfiguration(checked: [:]), inputs: [String] = [],
        onError: ErrorPolicy = .fail, queue: Int? = nil
    ) {
        self.id = id
        self.role = role
        self.factory = factory
        self.capability = capability ?? Capability(role, name: factory.manifest.name)
        self.configuration = configuration
        self.inputs = inputs
        self.onError = onError
        self.queue = queue
    }
}

extension StageDefinition {
    /// The same stage with a scope of its own for one run, whose log lines go to `log`.
    func renewed(log: @escaping @Sendable (LogLine) -> Void) -> StageDefinition {
        var stage = self
        stage.configuration.stage = id
        stage.configuration.scope = StageScope(stage: id, log: log)
        return stage
    }
}

/// Sizes and limits of a run.
public struct PipelineSettings: Sendable {
    /// Threads per source whose parser can split its input.
    public var threads = 1
    /// Bytes that are read before they are parsed.
    public var chunkSize = 256 * 1024
    /// Largest record in bytes; the buffer grows up to it.
    public var maximumRecordSize = 64 * 1024 * 1024
    /// Largest number of records in a batch.
    public var batchRecords = 16_384
    /// Batches that may wait in front of a stage that several stages feed.
    public var queueCapacity = 4

    /// The defaults.
    public init() {}
}

/// A pipeline: stages and settings.
public struct PipelineDefinition: Sendable {
    /// The name in reports.
    public var name: String
    /// The stages; every input is defined before it is used or after, the order is that of reports.
    public var stages: [StageDefinition]
    /// Sizes and limits.
    public var settings: PipelineSettings
    /// A sink for the records of stages with `dead_letter`.
    public var deadLetters: StageDefinition?

    /// A pipeline.
    public init(
        name: String = "pipeline", stages: [StageDefinition], settings: PipelineSettings = PipelineSettings(),
        deadLetters: StageDefinition? = nil
    ) {
        self.name = name
        self.stages = stages
        self.settings = settings
        self.deadLetters = deadLetters
    }
}

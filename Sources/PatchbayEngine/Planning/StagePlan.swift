internal import PatchbayCore
internal import PatchbayPlugin

/// What was agreed for one stage when the graph was built.
struct StagePlan: Sendable {
    var definition: StageDefinition
    /// Position in the plan.
    let index: Int
    /// The stages that feed it.
    let inputs: [Int]
    /// The stages that it feeds.
    let consumers: [Int]
    /// What arrives; nil for sources and parsers.
    var input: Schema?
    /// What the stages behind it will read.
    var request = FieldRequest.none
    /// What it hands on; nil for byte sources and sinks.
    var output: Schema?
    /// Fields that the engine adds to a parser's records because someone asks for them.
    var provenance: [ProvenanceColumn] = []
    /// Whether it runs behind the turnstile, one batch after the other.
    var isOrdered = false
    /// Batches that may wait in front of it, when it has a thread of its own.
    var queueCapacity: Int?
    /// The stage whose thread runs it: itself if it has a queue, or the first of its segment.
    var segment: Segment = .pump

    /// Where a stage runs.
    enum Segment: Sendable, Equatable {
        /// In the workers of each source that reaches it.
        case pump
        /// In the thread of the stage with the queue.
        case queue(Int)
    }

    var role: Role { definition.role }
    var id: String { definition.id }

    /// A new instance of the plugin.
    func makeInstance() throws(PluginError) -> PluginInstance {
        do throws(PluginError) {
            return try definition.factory.makeInstance(
                for: definition.capability, configuration: definition.configuration)
        } catch {
            throw error.located(plugin: definition.factory.manifest.name, stage: id)
        }
    }

    /// Throws when a batch that the stage made lost values because a column grew too large.
    func check(_ batch: Batch) throws(PluginError) {
        guard let overflow = batch.overflow else { return }
        throw PluginError(.output, "\(overflow)", advice: "lower 'batch_records' or 'max_record_size'")
            .located(plugin: definition.factory.manifest.name, stage: id)
    }

    /// Throws when an instance agreed to other fields than the one that the graph was built with: stages behind it look
    /// columns up by their place.
    func checkAgreement(_ schema: Schema) throws(PluginError) {
        guard let output, !output.describesSameRecords(as: schema) else { return }
        throw PluginError(
            .invalidResult, "an instance gives other fields than the one before it",
            cause: "\(schema.fieldList) and \(output.fieldList)",
            advice: "this is a defect of the plugin; report it to its author"
        ).located(plugin: definition.factory.manifest.name, stage: id)
    }

    /// The error for a plugin that answers in another role than it was asked for.
    var wrongRole: PluginError {
        PluginError(.invalidResult, "the plugin did not give an instance for the role \(role.rawValue)")
            .located(plugin: definition.factory.manifest.name, stage: id)
    }
}

/// What can be said of where a record comes from. The engine knows it for any parser.
enum Provenance: String, Sendable, CaseIterable {
    /// The record's number in the run, from 0.
    case index
    /// The position of its first byte in its part.
    case offset
    /// The part: a file's path, a stream's name.
    case source
}

/// A column of provenance under the name that it has behind one parser.
struct ProvenanceColumn: Sendable {
    let kind: Provenance
    let field: Field

    /// The columns that can be had behind a parser of this schema: `index`, `offset` and `source`, and with `record.`
    /// before them where these names are or may be the input's own.
    static func all(for schema: Schema) -> [ProvenanceColumn] {
        Provenance.allCases.map { kind in
            let isTaken = schema.isOpen || schema.index(of: kind.rawValue) != nil
            return ProvenanceColumn(kind: kind, name: isTaken ? "record.\(kind.rawValue)" : kind.rawValue)
        }
    }

    private init(kind: Provenance, name: String) {
        self.kind = kind
        field =
            switch kind {
            case .index: Field(name, .int64, isOnDemand: true, summary: "Number of the record in the run, from 0.")
            case .offset:
                Field(name, .int64, isOnDemand: true, summary: "Position of the record's first byte in its input.")
            case .source: Field(name, .word, isOnDemand: true, summary: "Path or name of the input.")
            }
    }
}

public import PatchbayCore

/// Makes other records of records: one for one, fewer, or more.
public protocol TransformPlugin: Plugin {
    /// What its records look like when records of schema `input` arrive; throws when they do not fit.
    func outputSchema(for input: Schema) throws(PluginError) -> Schema
    /// The columns it must be given so that the stages behind it get `output`.
    func wanted(for output: FieldRequest) -> FieldRequest
    /// Looks up its columns; returns what ``outputSchema(for:)`` returns. May be called again with another schema.
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema
    /// Makes records of `batch`.
    mutating func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError)
}

/// Where a transform puts its records. Each record of the batch that was given must end up in exactly one place.
public struct TransformOutput: Sendable {
    /// The batches made.
    public private(set) var batches: [Batch] = []
    /// Rows that could not be transformed.
    public var rejections = Rejections()
    /// Records left out on purpose.
    public private(set) var dropped = 0
    /// Records made beyond one for each that came in.
    public private(set) var added = 0

    /// An empty output.
    public init() {}

    /// Hands on records.
    public mutating func emit(_ batch: Batch) {
        if batch.count > 0 { batches.append(batch) }
    }

    /// Says that `count` of the records that came in were left out on purpose.
    public mutating func drop(_ count: Int) { dropped += count }

    /// Says that `count` of the emitted records are additional ones.
    public mutating func add(_ count: Int) { added += count }

    /// Starts over.
    public mutating func removeAll() {
        batches.removeAll(keepingCapacity: true)
        rejections.removeAll()
        dropped = 0
        added = 0
    }
}

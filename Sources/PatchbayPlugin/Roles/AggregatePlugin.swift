public import PatchbayCore

/// Sums records up over the run.
public protocol AggregatePlugin: Plugin {
    /// The columns it reads.
    var wanted: FieldRequest { get }
    /// What its results look like when records of schema `input` arrive; throws when they do not fit.
    func outputSchema(for input: Schema) throws(PluginError) -> Schema
    /// Looks up its columns; returns what ``outputSchema(for:)`` returns. May be called again with another schema.
    mutating func bind(_ input: Schema) throws(PluginError) -> Schema
    /// Takes records in.
    mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError)
    /// Results that are ready. Asked after each batch, and, when `isLast`, at the end again and again until nothing
    /// comes, before ``finish()``.
    mutating func results(isLast: Bool) throws(PluginError) -> [Batch]
    /// The results, after the last batch.
    mutating func finish() throws(PluginError) -> [Batch]
}

extension AggregatePlugin {
    /// None before the end.
    public mutating func results(isLast: Bool) throws(PluginError) -> [Batch] { [] }
}

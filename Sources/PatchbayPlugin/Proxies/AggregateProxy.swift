public import PatchbayCore

/// The host's side of an aggregate.
public struct AggregateProxy {
    /// Who it is and what passed through.
    public private(set) var identity: ProxyIdentity
    private var plugin: any AggregatePlugin
    private var bound: Schema?

    /// A proxy for `plugin`.
    public init(_ plugin: any AggregatePlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        identity = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``AggregatePlugin/wanted``.
    public var wanted: FieldRequest { plugin.wanted }

    /// See ``AggregatePlugin/outputSchema(for:)``.
    public mutating func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        try identity.call { () throws(PluginError) in try plugin.outputSchema(for: input) }
    }

    /// See ``AggregatePlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try identity.call { () throws(PluginError) in try plugin.bind(input) }
        bound = schema
        return schema
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try identity.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``AggregatePlugin/accumulate(_:rejections:)``; a row outside the batch is an error.
    public mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        rejections.removeAll()
        try identity.call { () throws(PluginError) in try plugin.accumulate(batch, rejections: &rejections) }
        try identity.check(rejections, of: batch)
        identity.statistics.filtered += UInt64(batch.count - rejections.entries.count)
        identity.statistics.errors += UInt64(rejections.entries.count)
    }

    /// See ``AggregatePlugin/finish()``; a batch of another schema than the bound one is an error.
    public mutating func finish() throws(PluginError) -> [Batch] {
        let batches = try identity.call { () throws(PluginError) in try plugin.finish() }
        for batch in batches {
            guard let bound, batch.schema.hasSameColumns(as: bound) else {
                throw identity.invalid("a batch whose fields are not those that were agreed")
            }
            identity.statistics.ok += UInt64(batch.count)
        }
        return batches
    }
}

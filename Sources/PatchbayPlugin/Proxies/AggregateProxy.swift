public import PatchbayCore

/// The host's side of an aggregate.
public struct AggregateProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: plugin.reloads) }
    private var own: ProxyIdentity
    private var plugin: any AggregatePlugin
    private var bound: Schema?

    /// A proxy for `plugin`.
    public init(_ plugin: any AggregatePlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``AggregatePlugin/wanted``.
    public var wanted: FieldRequest { plugin.wanted }

    /// See ``AggregatePlugin/outputSchema(for:)``.
    public mutating func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        try own.call { () throws(PluginError) in try plugin.outputSchema(for: input) }
    }

    /// See ``AggregatePlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try own.call { () throws(PluginError) in try plugin.bind(input) }
        bound = schema
        return schema
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``AggregatePlugin/accumulate(_:rejections:)``; a row outside the batch is an error.
    public mutating func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        rejections.removeAll()
        try own.call { () throws(PluginError) in try plugin.accumulate(batch, rejections: &rejections) }
        try own.check(rejections, of: batch)
        own.statistics.filtered += UInt64(batch.count - rejections.entries.count)
        own.statistics.errors += UInt64(rejections.entries.count)
    }

    /// See ``AggregatePlugin/results(isLast:)``; a batch of another schema than the bound one is an error.
    public mutating func results(isLast: Bool) throws(PluginError) -> [Batch] {
        try checked(try own.call { () throws(PluginError) in try plugin.results(isLast: isLast) })
    }

    /// See ``AggregatePlugin/finish()``; a batch of another schema than the bound one is an error.
    public mutating func finish() throws(PluginError) -> [Batch] {
        try checked(try own.call { () throws(PluginError) in try plugin.finish() })
    }

    private mutating func checked(_ batches: [Batch]) throws(PluginError) -> [Batch] {
        for batch in batches {
            guard let bound, batch.schema.hasSameColumns(as: bound) else {
                throw own.invalid("a batch whose fields are not those that were agreed")
            }
            own.statistics.ok += UInt64(batch.count)
        }
        return batches
    }
}

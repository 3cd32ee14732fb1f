public import PatchbayCore

/// The host's side of a transform.
public struct TransformProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: plugin.reloads) }
    private var own: ProxyIdentity
    private var plugin: any TransformPlugin
    private var bound: Schema?

    /// A proxy for `plugin`.
    public init(_ plugin: any TransformPlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``TransformPlugin/outputSchema(for:)``.
    public mutating func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        try own.call { () throws(PluginError) in try plugin.outputSchema(for: input) }
    }

    /// See ``TransformPlugin/wanted(for:)``.
    public func wanted(for output: FieldRequest) -> FieldRequest { plugin.wanted(for: output) }

    /// See ``TransformPlugin/bind(_:)``.
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

    /// See ``TransformPlugin/transform(_:into:)``. Records that do not add up, and batches of another schema than the
    /// bound one, are errors.
    public mutating func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        output.removeAll()
        try own.call { () throws(PluginError) in try plugin.transform(batch, into: &output) }
        try own.check(output.rejections, of: batch)
        var made = 0
        for result in output.batches {
            guard let bound, result.schema.hasSameColumns(as: bound) else {
                throw own.invalid("a batch whose fields are not those that were agreed")
            }
            made += result.count
        }
        let rejected = output.rejections.entries.count
        guard output.dropped >= 0, output.added >= 0,
            batch.count + output.added == made + output.dropped + rejected
        else {
            throw own.invalid(
                "\(batch.count) records came in and \(output.added) were added, but \(made) went out, "
                    + "\(output.dropped) were dropped and \(rejected) rejected"
            )
        }
        own.statistics.ok += UInt64(made)
        own.statistics.filtered += UInt64(output.dropped)
        own.statistics.errors += UInt64(rejected)
    }
}

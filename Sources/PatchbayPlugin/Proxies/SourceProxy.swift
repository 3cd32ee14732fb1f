public import PatchbayCore

/// The host's side of a source of records.
public struct SourceProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: plugin.reloads) }
    private var own: ProxyIdentity
    private var plugin: any SourcePlugin
    private var bound: Schema?

    /// A proxy for `plugin`.
    public init(_ plugin: any SourcePlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``SourcePlugin/schema``.
    public var schema: Schema { plugin.schema }

    /// See ``SourcePlugin/bind(_:)``.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let schema = try own.call { () throws(PluginError) in try plugin.bind(wanted) }
        bound = schema
        return schema
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``SourcePlugin/read()``; a batch of another schema than the bound one is an error.
    public mutating func read() throws(PluginError) -> SourceResult {
        let result = try own.call { () throws(PluginError) in try plugin.read() }
        switch result {
        case .batch(let batch):
            guard let bound, batch.schema.hasSameColumns(as: bound) else {
                throw own.invalid("a batch whose fields are not those that were agreed")
            }
            own.statistics.ok += UInt64(batch.count)
        case .nothingYet: own.statistics.incomplete += 1
        case .endOfInput: own.statistics.end += 1
        }
        return result
    }
}

extension Schema {
    /// Whether batches of both schemas have the same columns.
    package func hasSameColumns(as other: Schema) -> Bool {
        self === other
            || (hasKey == other.hasKey && hasTime == other.hasTime && fields.count == other.fields.count
                && zip(fields, other.fields).allSatisfy { $0.name == $1.name && $0.type == $1.type })
    }
}

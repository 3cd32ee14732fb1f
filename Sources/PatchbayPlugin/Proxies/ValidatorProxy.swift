public import PatchbayCore

/// The host's side of a validator.
public struct ValidatorProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: plugin.reloads) }
    private var own: ProxyIdentity
    private var plugin: any ValidatorPlugin

    /// A proxy for `plugin`.
    public init(_ plugin: any ValidatorPlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``ValidatorPlugin/wanted``.
    public var wanted: FieldRequest { plugin.wanted }

    /// See ``ValidatorPlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        try own.call { () throws(PluginError) in try plugin.bind(input) }
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``ValidatorPlugin/validate(_:into:)``; a row outside the batch is an error.
    public mutating func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError) {
        rejections.removeAll()
        try own.call { () throws(PluginError) in try plugin.validate(batch, into: &rejections) }
        try own.check(rejections, of: batch)
        own.statistics.ok += UInt64(batch.count - rejections.entries.count)
        own.statistics.errors += UInt64(rejections.entries.count)
    }
}

extension ProxyIdentity {
    /// Throws when a rejected row does not exist.
    func check(_ rejections: Rejections, of batch: Batch) throws(PluginError) {
        for entry in rejections.entries where entry.row < 0 || entry.row >= batch.count {
            throw invalid("row \(entry.row) rejected in a batch of \(batch.count)")
        }
    }
}

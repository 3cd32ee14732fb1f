public import PatchbayCore

/// The host's side of a filter.
public struct FilterProxy {
    /// Who it is and what passed through.
    public private(set) var identity: ProxyIdentity
    private var plugin: any FilterPlugin

    /// A proxy for `plugin`.
    public init(_ plugin: any FilterPlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        identity = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``FilterPlugin/wanted``.
    public var wanted: FieldRequest { plugin.wanted }

    /// See ``FilterPlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        try identity.call { () throws(PluginError) in try plugin.bind(input) }
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try identity.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``FilterPlugin/filter(_:into:)``; a selection of another size than the batch is an error.
    public mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        selection.reset(count: batch.count, all: true)
        try identity.call { () throws(PluginError) in try plugin.filter(batch, into: &selection) }
        guard selection.count == batch.count else {
            throw identity.invalid("a selection of \(selection.count) rows for a batch of \(batch.count)")
        }
        let kept = selection.selectedCount
        identity.statistics.ok += UInt64(kept)
        identity.statistics.filtered += UInt64(batch.count - kept)
    }

    /// Whether no further record can pass.
    public var isSaturated: Bool { (plugin as? any SaturatingPlugin)?.isSaturated ?? false }
}

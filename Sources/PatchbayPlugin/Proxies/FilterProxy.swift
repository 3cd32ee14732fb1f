public import PatchbayCore

/// The host's side of a filter.
public struct FilterProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: failing?.reloads ?? plain?.reloads ?? 0) }
    private var own: ProxyIdentity
    // One of the two is set. Kept apart, not cast per call: a cast copies the plugin and what it holds.
    private var plain: (any FilterPlugin)?
    private var failing: (any RecordFailingPlugin)?

    /// A proxy for `plugin`.
    public init(_ plugin: any FilterPlugin, plugin name: String, stage: String) {
        failing = plugin as? any RecordFailingPlugin
        plain = failing == nil ? plugin : nil
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``FilterPlugin/wanted``.
    public var wanted: FieldRequest { failing?.wanted ?? plain?.wanted ?? .everything }

    /// See ``FilterPlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        try own.call { () throws(PluginError) in
            try failing?.bind(input)
            try plain?.bind(input)
        }
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in
            try failing?.start(context)
            try plain?.start(context)
        }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() {
        failing?.stop()
        plain?.stop()
    }

    /// See ``FilterPlugin/filter(_:into:)``; a selection of another size than the batch is an error.
    ///
    /// `rejections` gets the records that the plugin could not decide on (``RecordFailingPlugin``); they are not in the
    /// selection, and do not count as filtered.
    public mutating func filter(
        _ batch: Batch, into selection: inout Selection, rejections: inout Rejections
    ) throws(PluginError) {
        rejections.removeAll()
        selection.reset(count: batch.count, all: true)
        try own.call(records: batch.count) { () throws(PluginError) in
            try failing?.filter(batch, into: &selection)
            try plain?.filter(batch, into: &selection)
        }
        guard selection.count == batch.count else {
            throw own.invalid("a selection of \(selection.count) rows for a batch of \(batch.count)")
        }
        if let failures = failing?.takeFailures(), !failures.entries.isEmpty {
            try own.check(failures, of: batch)
            for entry in failures.entries { selection[entry.row] = false }
            rejections = failures
        }
        let kept = selection.selectedCount
        own.statistics.ok += UInt64(kept)
        own.statistics.filtered += UInt64(batch.count - kept - rejections.entries.count)
        own.statistics.errors += UInt64(rejections.entries.count)
    }

    /// Whether no further record can pass.
    public var isSaturated: Bool {
        ((failing as? any SaturatingPlugin) ?? (plain as? any SaturatingPlugin))?.isSaturated ?? false
    }
}

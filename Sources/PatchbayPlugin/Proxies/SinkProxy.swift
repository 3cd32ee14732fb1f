public import PatchbayCore

/// The host's side of a sink.
public struct SinkProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: encoding?.reloads ?? plain?.reloads ?? 0) }
    private var own: ProxyIdentity
    // One of the two is set. Kept apart, not cast per call: a cast copies the plugin and what it holds.
    private var plain: (any SinkPlugin)?
    private var encoding: (any EncodingSinkPlugin)?

    /// A proxy for `plugin`.
    public init(_ plugin: any SinkPlugin, plugin name: String, stage: String) {
        encoding = plugin as? any EncodingSinkPlugin
        plain = encoding == nil ? plugin : nil
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``SinkPlugin/wanted(from:)``.
    public mutating func wanted(from input: Schema) throws(PluginError) -> FieldRequest {
        try own.call { () throws(PluginError) in
            if let encoding { return try encoding.wanted(from: input) }
            return try plain?.wanted(from: input) ?? .everything
        }
    }

    /// See ``SinkPlugin/bind(_:)``.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        try own.call { () throws(PluginError) in
            try encoding?.bind(input)
            try plain?.bind(input)
        }
    }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in
            try encoding?.start(context)
            try plain?.start(context)
        }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() {
        encoding?.stop()
        plain?.stop()
    }

    /// Whether the plugin turns batches into bytes first.
    public var isEncoding: Bool { encoding != nil }

    /// See ``EncodingSinkPlugin/makeEncoder()``; nil for a sink that takes batches.
    public mutating func makeEncoder() throws(PluginError) -> (any BatchEncoder)? {
        guard let encoding else { return nil }
        return try own.call { () throws(PluginError) in try encoding.makeEncoder() }
    }

    /// See ``SinkPlugin/write(_:rejections:)``; a row outside the batch is an error.
    public mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        rejections.removeAll()
        try own.call { () throws(PluginError) in
            try encoding?.write(batch, rejections: &rejections)
            try plain?.write(batch, rejections: &rejections)
        }
        try own.check(rejections, of: batch)
        own.statistics.ok += UInt64(batch.count - rejections.entries.count)
        own.statistics.errors += UInt64(rejections.entries.count)
    }

    /// See ``EncodingSinkPlugin/write(encoded:records:)``.
    public mutating func write(encoded bytes: Span<UInt8>, records: Int) throws(PluginError) {
        guard isEncoding else {
            throw own.invalid("bytes for a sink that takes batches")
        }
        own.statistics.calls += 1
        let began = MonotonicClock.nanoseconds
        do {
            try encoding?.write(encoded: bytes, records: records)
        } catch {
            own.statistics.errors += 1
            throw error.located(plugin: own.plugin, stage: own.stage)
        }
        own.statistics.nanoseconds += MonotonicClock.nanoseconds - began
        own.statistics.ok += UInt64(records)
        own.statistics.bytes += UInt64(bytes.count)
    }

    /// See ``SinkPlugin/finish()``.
    public mutating func finish() throws(PluginError) {
        try own.call { () throws(PluginError) in
            try encoding?.finish()
            try plain?.finish()
        }
    }

    /// See ``SinkPlugin/flush()``.
    public mutating func flush() throws(PluginError) {
        try own.call { () throws(PluginError) in
            try encoding?.flush()
            try plain?.flush()
        }
    }
}

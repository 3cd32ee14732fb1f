/// The host's side of a byte source.
public struct ByteSourceProxy {
    /// Who it is and what passed through.
    public var identity: ProxyIdentity { own.adding(reloads: plugin.reloads) }
    private var own: ProxyIdentity
    private var plugin: any ByteSourcePlugin

    /// A proxy for `plugin`.
    public init(_ plugin: any ByteSourcePlugin, plugin name: String, stage: String) {
        self.plugin = plugin
        own = ProxyIdentity(plugin: name, stage: stage)
    }

    /// See ``ByteSourcePlugin/part``.
    public var part: String { plugin.part }

    /// See ``ByteSourcePlugin/remainingBytes``.
    public var remainingBytes: UInt64? { plugin.remainingBytes }

    /// See ``Plugin/start(_:)``.
    public mutating func start(_ context: PluginContext) throws(PluginError) {
        try own.call { () throws(PluginError) in try plugin.start(context) }
    }

    /// See ``Plugin/stop()``.
    public mutating func stop() { plugin.stop() }

    /// See ``ByteSourcePlugin/read(into:mayWait:)``; a count that does not fit the buffer is an error.
    public mutating func read(
        into buffer: inout MutableSpan<UInt8>,
        mayWait: Bool
    ) throws(PluginError) -> ReadResult {
        own.statistics.calls += 1
        let began = MonotonicClock.nanoseconds
        let result: ReadResult
        do {
            result = try plugin.read(into: &buffer, mayWait: mayWait)
        } catch {
            own.statistics.errors += 1
            throw error.located(plugin: own.plugin, stage: own.stage)
        }
        own.statistics.nanoseconds += MonotonicClock.nanoseconds - began
        switch result {
        case .bytes(let count):
            guard count > 0, count <= buffer.count else {
                throw own.invalid("a read of \(count) bytes into a buffer of \(buffer.count)")
            }
            own.statistics.bytes += UInt64(count)
            own.statistics.ok += 1
        case .nothingYet: own.statistics.incomplete += 1
        case .endOfPart, .endOfInput: own.statistics.end += 1
        }
        return result
    }
}

/// What passed through one proxy.
public struct ProxyStatistics: Sendable, Equatable {
    /// Calls of the plugin.
    public var calls: UInt64 = 0
    /// Instances replaced after a fault.
    public var reloads: UInt64 = 0
    /// Records handed on.
    public var ok: UInt64 = 0
    /// Records taken out on purpose.
    public var filtered: UInt64 = 0
    /// Calls that ended with "more bytes are needed".
    public var incomplete: UInt64 = 0
    /// Times that the input or a part of it ended.
    public var end: UInt64 = 0
    /// Errors, of whole calls and of single records.
    public var errors: UInt64 = 0
    /// Bytes read, parsed or written.
    public var bytes: UInt64 = 0
    /// Time inside the plugin, in nanoseconds.
    public var nanoseconds: UInt64 = 0

    /// All zero.
    public init() {}

    /// Adds what passed through another instance of the same stage.
    public mutating func add(_ other: ProxyStatistics) {
        calls += other.calls
        reloads += other.reloads
        ok += other.ok
        filtered += other.filtered
        incomplete += other.incomplete
        end += other.end
        errors += other.errors
        bytes += other.bytes
        nanoseconds += other.nanoseconds
    }
}

/// What all proxies share: who the plugin is, and what passed through it.
public struct ProxyIdentity: Sendable {
    /// The plugin's name.
    public let plugin: String
    /// The stage's name.
    public let stage: String
    /// What passed through.
    public var statistics = ProxyStatistics()

    /// An identity.
    public init(plugin: String, stage: String) {
        self.plugin = plugin
        self.stage = stage
    }

    /// The same, with the instances that were replaced so far.
    func adding(reloads: UInt64) -> ProxyIdentity {
        var identity = self
        identity.statistics.reloads = reloads
        return identity
    }

    /// Runs one call of the plugin: counts it, times it, and puts plugin and stage into its error.
    @inline(__always)
    mutating func call<Result>(_ body: () throws(PluginError) -> Result) throws(PluginError) -> Result {
        statistics.calls += 1
        let start = MonotonicClock.nanoseconds
        defer { statistics.nanoseconds += MonotonicClock.nanoseconds - start }
        do {
            return try body()
        } catch {
            statistics.errors += 1
            throw error.located(plugin: plugin, stage: stage)
        }
    }

    /// The error for an answer that the plugin's contract does not allow.
    func invalid(_ message: String) -> PluginError {
        PluginError(
            .invalidResult,
            message,
            advice: "this is a defect of the plugin; report it to its author"
        ).located(plugin: plugin, stage: stage)
    }
}

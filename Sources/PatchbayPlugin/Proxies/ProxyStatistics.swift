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
    /// Time inside the plugin, in nanoseconds. Of calls with few records that take microseconds one in sixteen is timed and
    /// stands for the others, since looking at the clock takes as long as they do.
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

    /// Calls that were not timed since the last one that was.
    private var untimed: UInt64 = 0
    /// Whether the last timed call was over before a look at the clock would have made no difference.
    private var isBrief = false

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

    /// The same for a call with `records` records, of which not each is timed when it is one of many brief ones.
    @inline(__always)
    mutating func call<Result>(
        records: Int, _ body: () throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        guard isBrief, records < 64, untimed < 15 else { return try timed(body) }
        statistics.calls += 1
        untimed += 1
        do {
            return try body()
        } catch {
            statistics.errors += 1
            throw error.located(plugin: plugin, stage: stage)
        }
    }

    @inline(__always)
    private mutating func timed<Result>(_ body: () throws(PluginError) -> Result) throws(PluginError) -> Result {
        let before = statistics.nanoseconds
        defer {
            let elapsed = statistics.nanoseconds - before
            statistics.nanoseconds += elapsed &* untimed
            untimed = 0
            isBrief = elapsed < 2000
        }
        return try call(body)
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

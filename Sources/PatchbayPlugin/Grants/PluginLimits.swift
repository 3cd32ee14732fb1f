/// How much a sandboxed plugin may use.
public struct PluginLimits: Sendable, Equatable {
    /// Bytes of memory of one instance.
    public var memory = 256 << 20
    /// Elements of all tables of one instance.
    public var tableElements = 100_000
    /// Milliseconds that one call may take; nil for any.
    public var millisecondsPerCall: Int? = 5000
    /// Bytes that one call may hand over.
    public var outputBytesPerCall = 256 << 20
    /// Lines that all instances of the stage may log in a second; others are counted.
    public var logLinesPerSecond = 100
    /// Calls after which an instance is replaced; nil for never.
    public var callsPerInstance: Int?
    /// Bytes of memory from which an instance is replaced after the call; nil for never.
    public var memoryHighWater: Int?
    /// Fuel that one call may burn: roughly one unit for each instruction; nil for any.
    public var fuelPerCall: UInt64?
    /// Bytes of state that all instances of the stage may keep: keys, values, and 64 for each key.
    public var stateBytes = 1 << 20
    /// Files and connections that one instance may have open.
    public var openHandles = 16

    /// The defaults.
    public init() {}
}

extension PluginLimits {
    /// The keys of `limits` in a configuration. A time of 0 is none.
    public static let schema = ConfigSchema([
        ConfigOption("memory", .size, summary: "memory of one instance, 64KiB to 4GiB; 256MiB when left out"),
        ConfigOption("time", .duration, summary: "time of one call, 1ms to 24h; 5s when left out, 0 for no limit"),
        ConfigOption("output", .size, summary: "bytes that one call hands over, 1KiB to 4GiB; 256MiB when left out"),
        ConfigOption("log_rate", .integer(0...1_000_000), summary: "log lines in a second; 100 when left out"),
        ConfigOption("calls", .integer(1...Int64.max), summary: "calls after which an instance is replaced"),
        ConfigOption("high_water", .size, summary: "memory from which an instance is replaced after a call"),
        ConfigOption("fuel", .integer(1...Int64.max), summary: "instructions of one call; slows the plugin down"),
        ConfigOption("table", .integer(0...10_000_000), summary: "elements of tables; 100000 when left out"),
        ConfigOption("state", .size, summary: "bytes of state of the stage, up to 1GiB; 1MiB when left out"),
        ConfigOption("handles", .integer(0...1024), summary: "open files and connections; 16 when left out"),
    ])

    /// Reads `limits` of a configuration; what is left out keeps its default. Everything that is wrong is reported at
    /// its place; the limits are nil then.
    public static func read(
        _ node: ConfigNode?, position: ConfigPosition? = nil
    ) -> (limits: PluginLimits?, diagnostics: [Diagnostic]) {
        var (checked, diagnostics) = schema.check(node, position: position)
        guard let checked else { return (nil, diagnostics) }
        var limits = PluginLimits()
        func take(
            _ name: String, _ range: ClosedRange<Int64>, _ words: String, _ set: (inout PluginLimits, Int) -> Void
        ) {
            guard let value = checked.integer(name) else { return }
            guard range.contains(value) else {
                let place = checked[name]?.position ?? checked.position
                diagnostics.append(Diagnostic("option '\(name)': the value must be \(words)", at: place))
                return
            }
            set(&limits, Int(value))
        }
        take("memory", 65536...4 << 30, "from 64KiB to 4GiB") { $0.memory = $1 }
        take("output", 1024...4 << 30, "from 1KiB to 4GiB") { $0.outputBytesPerCall = $1 }
        take("log_rate", 0...1_000_000, "1000000 or less") { $0.logLinesPerSecond = $1 }
        take("calls", 1...Int64.max, "1 or more") { $0.callsPerInstance = $1 }
        take("high_water", 65536...4 << 30, "from 64KiB to 4GiB") { $0.memoryHighWater = $1 }
        take("fuel", 1...Int64.max, "1 or more") { $0.fuelPerCall = UInt64($1) }
        take("table", 0...10_000_000, "10000000 or less") { $0.tableElements = $1 }
        take("state", 0...1 << 30, "1GiB or less") { $0.stateBytes = $1 }
        take("handles", 0...1024, "1024 or less") { $0.openHandles = $1 }
        let day: Int64 = 86_400_000_000_000
        if checked.integer("time") == 0 {
            limits.millisecondsPerCall = nil
        } else {
            take("time", 1_000_000...day, "from 1ms to 24h, or 0 for no limit") { limits, nanoseconds in
                limits.millisecondsPerCall = nanoseconds / 1_000_000
            }
        }
        let hasError = diagnostics.contains { $0.severity == .error }
        return (hasError ? nil : limits, diagnostics)
    }
}

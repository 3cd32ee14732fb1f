/// What every plugin instance has, whatever its role. An instance is used by one thread at a time.
public protocol Plugin {
    /// Called once before the first batch: open what is needed.
    mutating func start(_ context: PluginContext) throws(PluginError)
    /// Whether the instance can go on; called between batches.
    func healthCheck() throws(PluginError)
    /// Instances behind this one that were replaced after a fault.
    var reloads: UInt64 { get }
    /// Called once after the last batch, also after an error: release what was opened.
    mutating func stop()
}

extension Plugin {
    /// Nothing to open.
    public mutating func start(_ context: PluginContext) throws(PluginError) {}
    /// Always healthy.
    public func healthCheck() throws(PluginError) {}
    /// There is nothing to replace.
    public var reloads: UInt64 { 0 }
    /// Nothing to release.
    public mutating func stop() {}
}

/// A plugin written as a Swift type of the host program: its configuration is checked, then it is made from it.
public protocol SwiftPlugin: Plugin {
    /// What the plugin says of itself.
    static var manifest: PluginManifest { get }
    /// An instance; throws when values that the schema allows do not fit together.
    init(_ configuration: PluginConfiguration) throws(PluginError)
}

/// What an instance is told about its surroundings, and where it may report to.
public struct PluginContext: Sendable {
    /// The stage's name in the pipeline.
    public let stage: String
    private let sink: @Sendable (LogLine) -> Void

    /// A context that passes log lines to `log`.
    public init(stage: String, log: @escaping @Sendable (LogLine) -> Void = { _ in }) {
        self.stage = stage
        sink = log
    }

    /// Reports something to the operator.
    public func log(_ level: LogLine.Level, _ message: String) {
        sink(LogLine(level: level, stage: stage, message: message))
    }
}

/// One thing reported to the operator.
public struct LogLine: Sendable {
    /// How bad it is.
    public enum Level: String, Sendable {
        /// Something was lost or cannot go on.
        case error
        /// Something is odd and the run goes on.
        case warning
        /// Worth knowing.
        case info
        /// For finding faults.
        case debug
    }

    /// How bad it is.
    public let level: Level
    /// The stage it came from.
    public let stage: String
    /// One line of text.
    public let message: String

    /// A line.
    public init(level: Level, stage: String, message: String) {
        self.level = level
        self.stage = stage
        self.message = message
    }
}

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
    /// What the instance shares with the other instances of the stage.
    public let scope: StageScope

    /// A context that passes log lines to `log`.
    public init(stage: String, log: @escaping @Sendable (LogLine) -> Void = { _ in }) {
        self.init(StageScope(stage: stage, log: log))
    }

    /// A context within `scope`.
    public init(_ scope: StageScope) {
        self.scope = scope
        stage = scope.stage
    }

    /// Reports something to the operator.
    public func log(_ level: LogLine.Level, _ message: String, fields: [LogLine.Field] = []) {
        scope.log(level, message, fields: fields)
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

    /// A named value that belongs to a line.
    public struct Field: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The value as text.
        public let value: String

        /// A field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How bad it is.
    public let level: Level
    /// The stage it came from.
    public let stage: String
    /// One line of text.
    public let message: String
    /// What belongs to it.
    public let fields: [Field]

    /// A line.
    public init(level: Level, stage: String, message: String, fields: [Field] = []) {
        self.level = level
        self.stage = stage
        self.message = message
        self.fields = fields
    }

    /// The message with its fields behind it: `cannot connect host=example.org port=80`. Values with spaces, quotes or
    /// nothing in them are quoted.
    public var text: String {
        var text = message
        for field in fields {
            let isPlain = !field.value.isEmpty && !field.value.utf8.contains { " \"=".utf8.contains($0) }
            let value = field.value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            text += " \(field.name)=" + (isPlain ? value : "\"\(value)\"")
        }
        return text
    }
}

public import PatchbayCore

/// What went wrong in or around a plugin: code, place, cause, and what the user can do.
public struct PluginError: Error, Sendable {
    /// What kind of error it is; an open set.
    public struct Code: Sendable, Equatable, CustomStringConvertible {
        private enum Kind: String {
            case configuration, topology, schema, input, output, closed, io, unsupported, denied, crashed
            case timedOut = "timed_out"
            case invalidResult = "invalid_result"
            case internalError = "internal"
        }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// The configuration does not fit the plugin.
        public static var configuration: Self { Self(.configuration) }
        /// The stages do not fit together.
        public static var topology: Self { Self(.topology) }
        /// The fields that arrive do not fit the plugin.
        public static var schema: Self { Self(.schema) }
        /// The input is not what the plugin can read.
        public static var input: Self { Self(.input) }
        /// The output cannot be written.
        public static var output: Self { Self(.output) }
        /// Who reads the output has gone away: a closed pipe.
        public static var closed: Self { Self(.closed) }
        /// The operating system refused something.
        public static var io: Self { Self(.io) }
        /// The plugin does not do what it was asked for.
        public static var unsupported: Self { Self(.unsupported) }
        /// The plugin did something that the operator has not permitted.
        public static var denied: Self { Self(.denied) }
        /// The plugin ended without an answer.
        public static var crashed: Self { Self(.crashed) }
        /// The plugin did not answer in time.
        public static var timedOut: Self { Self(.timedOut) }
        /// The plugin answered something that its contract does not allow.
        public static var invalidResult: Self { Self(.invalidResult) }
        /// A defect of the plugin or of Patchbay.
        public static var internalError: Self { Self(.internalError) }

        /// The name in messages and ledgers.
        public var description: String { kind.rawValue }
    }

    /// What kind of error it is.
    public var code: Code
    /// What happened, one line without a full stop.
    public var message: String
    /// The plugin's name.
    public var plugin: String?
    /// The stage of the pipeline.
    public var stage: String?
    /// The row of the guilty record in the batch that the plugin was given.
    public var record: Int?
    /// Where the input came from: the source part, and the byte position in it if known.
    public var origin: Origin?
    /// The place in a configuration file.
    public var configuration: ConfigPosition?
    /// What lies behind it: the operating system's or a library's own words.
    public var cause: String?
    /// What the user can do about it.
    public var advice: String?
    /// Whether the stage cannot go on after it, whatever `on_error` says: it has lost what its results depend on.
    public var isFinal = false
    /// The guilty piece of text and a line with a mark below it, where the error is about an expression or a template.
    public var excerpt: String?

    /// An error.
    public init(
        _ code: Code,
        _ message: String,
        record: Int? = nil,
        configuration: ConfigPosition? = nil,
        cause: String? = nil,
        advice: String? = nil
    ) {
        self.code = code
        self.message = message
        self.record = record
        self.configuration = configuration
        self.cause = cause
        self.advice = advice
    }

    /// The same error with plugin and stage filled in where they are not known yet.
    public func located(plugin: String, stage: String) -> PluginError {
        var error = self
        error.plugin = error.plugin ?? plugin
        error.stage = error.stage ?? stage
        return error
    }
}

extension PluginError: CustomStringConvertible {
    /// One line: place, message, cause and advice; the excerpt follows on lines of its own.
    public var description: String {
        var text = ""
        if let configuration { text += "\(configuration): " }
        if let stage { text += "stage \(stage)" }
        if let plugin, plugin != stage { text += stage == nil ? "plugin \(plugin)" : " (\(plugin))" }
        if stage != nil || plugin != nil { text += ": " }
        if let origin {
            text += origin.part
            if let position = origin.position { text += " at byte \(position)" }
            text += ": "
        }
        if let record { text += "record \(record): " }
        text += message
        if let cause { text += ": \(cause)" }
        if let advice { text += "; \(advice)" }
        if let excerpt { text += "\n\(excerpt)" }
        return text
    }
}

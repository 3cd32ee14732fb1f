/// Why one record could not be processed. It goes where the configuration sends errors; the others of its batch go on.
public struct RecordError: Error {
    /// What is wrong, for people.
    public let message: Message

    /// An error; a literal costs nothing.
    @inlinable
    public init(_ message: Message) {
        self.message = message
    }
}

/// Why a validator rejects a record.
public typealias Reject = RecordError

/// Why a plugin cannot go on, or not be made.
public struct PluginFailure: Error {
    /// Whose fault it is.
    public enum Kind: Sendable {
        /// The plugin's, or that of its surroundings.
        case failed
        /// Options that do not fit together.
        case options
        /// Fields that do not fit.
        case schema
        /// Input that is not what the plugin reads.
        case input
        /// A destination that refuses.
        case output
    }

    /// Whose fault it is.
    public let kind: Kind
    /// What is wrong, for people.
    public let message: Message

    /// A failure; a literal costs nothing.
    @inlinable
    public init(_ message: Message, kind: Kind = .failed) {
        self.kind = kind
        self.message = message
    }
}

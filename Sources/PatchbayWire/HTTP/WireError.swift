/// Why a message could not be sent or received.
public struct WireError: Error, Sendable, CustomStringConvertible {
    /// What kind of error it is.
    public enum Code: String, Sendable {
        /// The other side closed the connection between two messages.
        case closed
        /// The other side closed the connection within a message.
        case brokenOff = "broken_off"
        /// The process at the other end has exited.
        case exited
        /// The deadline has passed.
        case timedOut = "timed_out"
        /// The bytes are no HTTP/1.1 message.
        case malformed
        /// A head or a body is longer than is allowed.
        case tooLarge = "too_large"
        /// The operating system refused.
        case io
    }

    /// What kind of error it is.
    public let code: Code
    /// What happened, one line.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

public import PatchbayPlugin

/// Why a file or a variable could not be read.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What kind of error it is; an open set.
    public struct Code: Sendable, Equatable {
        private let name: String
        /// The operating system refused something.
        public static let io = Code(name: "io")
        /// There is more than may be read.
        public static let tooLarge = Code(name: "too_large")
        /// It is not text in UTF-8.
        public static let notText = Code(name: "not_text")
    }

    /// What kind of error it is.
    public let code: Code
    /// What happened, one line without a full stop.
    public let message: String
    /// The operating system's words.
    public let cause: String?

    init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Message and cause on one line.
    public var description: String { cause.map { "\(message): \($0)" } ?? message }

    /// The same as a diagnostic at a place of the configuration.
    public func diagnostic(at position: ConfigPosition?) -> Diagnostic { Diagnostic(description, at: position) }
}

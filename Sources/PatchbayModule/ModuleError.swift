/// Why bytes are no WebAssembly module that Patchbay can use, with the place.
public struct ModuleError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of error it is.
    public enum Code: String, Sendable {
        /// The bytes do not follow the binary format.
        case damaged
        /// They do, with something that this build does not know.
        case unsupported
        /// The module is sound, but its imports or exports do not fit the plugin ABI.
        case interface
    }

    /// What kind of error it is.
    public let code: Code
    /// What is wrong, one line without a full stop.
    public let message: String
    /// The position of the guilty byte in the file; nil where the error has no single place.
    public let offset: Int?
    /// What the user can do about it.
    public let advice: String?

    /// An error.
    public init(_ code: Code, _ message: String, at offset: Int? = nil, advice: String? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
        self.advice = advice
    }

    /// One line: place, message, advice.
    public var description: String {
        let place = offset.map { "byte \($0): " } ?? ""
        return place + message + (advice.map { "; \($0)" } ?? "")
    }
}

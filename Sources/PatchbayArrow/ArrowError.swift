/// Why a batch cannot be handed to Arrow: code, place, cause, and what the user can do.
public struct ArrowError: Error, Sendable, CustomStringConvertible {
    /// What kind of error it is.
    public enum Code: String, Sendable {
        /// The bytes of a column pass the 2 GiB that its 32-bit offsets reach.
        case columnTooLarge = "column_too_large"
    }

    /// What kind of error it is.
    public let code: Code
    /// The column.
    public let column: String

    init(_ code: Code, column: String) {
        self.code = code
        self.column = column
    }

    /// One line: place, cause and advice.
    public var description: String {
        "arrow: column \(column): its bytes in one batch passed 2 GiB; make batches smaller"
    }
}

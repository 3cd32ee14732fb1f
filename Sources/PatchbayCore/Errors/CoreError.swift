/// What makes a batch unusable: code, place, cause, and what the user can do.
public struct CoreError: Error, Sendable {
    /// What kind of error it is.
    public enum Code: Sendable {
        /// The bytes of a column passed the 2 GiB that 32-bit offsets reach; rows from there on have no value.
        case columnTooLarge
    }

    /// What kind of error it is.
    public let code: Code
    /// The column.
    public let column: String

    /// An error of the column called `column`.
    public init(_ code: Code, column: String) {
        self.code = code
        self.column = column
    }
}

extension CoreError: CustomStringConvertible {
    /// One line: place, cause and advice.
    public var description: String {
        "column \(column): its bytes in one batch passed 2 GiB; make batches smaller or limit the size of records"
    }
}

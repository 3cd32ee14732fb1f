/// How a table is written.
public struct CSVOptions: Sendable {
    /// What stands between two fields.
    public var delimiter: UInt8
    /// What encloses fields that hold delimiters, quotes or newlines; written twice it stands for itself.
    public var quote: UInt8
    /// Whether the first row of each part names the columns.
    public var hasHeader: Bool
    /// Names of the columns, in the order of the table; with a header these take its place.
    public var columns: [String]

    /// Comma, double quotes, a header.
    public init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8 = UInt8(ascii: "\""), hasHeader: Bool = true,
        columns: [String] = []
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.hasHeader = hasHeader
        self.columns = columns
    }
}

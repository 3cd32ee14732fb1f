/// The buffers of a column as they lie in memory, for runtimes that hand a batch on by address.
public struct ColumnMemory: Sendable {
    /// First row within the buffers; rows before it belong to other columns.
    public let firstRow: Int
    /// One bit per row, least significant first, set where there is a value; nil when all rows have one.
    public let validity: Buffer?
    /// Fixed-size values, bits, word indices (`Int32`), or starts (`Int32`) of variable values and map entries.
    public let values: Buffer
    /// Ends (`Int32`) of variable values and map entries; nil when they are the next row's start.
    public let ends: Buffer?
    /// The bytes of variable values.
    public let data: Buffer?
}

extension Column {
    /// The column's buffers; they live as long as what holds them.
    public var memory: ColumnMemory {
        ColumnMemory(firstRow: offset, validity: validity, values: values, ends: ends, data: data)
    }
}

/// One record of a batch, as plugin authors see it.
public struct Record: Sendable {
    /// The batch it belongs to.
    public let batch: Batch
    /// Its row there.
    public let row: Int

    @inlinable
    init(batch: Batch, row: Int) {
        self.batch = batch
        self.row = row
    }

    /// The key, if it has one.
    public var key: Bytes? { batch.key?.sharedBytes(row) }

    /// The value: for parsed records the original bytes.
    public var value: Bytes? { batch.value.sharedBytes(row) }

    /// The time in nanoseconds since the epoch, if it has one.
    public var time: Int64? {
        guard let column = batch.time, column.isValid(row) else { return nil }
        return column.int64s[row]
    }

    /// The value of the column called `name`; `.null` when there is none.
    public subscript(name: String) -> Value {
        batch.column(named: name)?.value(row) ?? .null
    }
}

/// Builds batches of one schema, one after the other, in memory that it uses again.
///
/// A record is complete when its value was appended; columns that are shorter than the value column when the batch is
/// finished are filled up with nulls, and what a column has of a record without a value is left out.
public final class BatchBuilder {
    /// The schema of the batches.
    public let schema: Schema
    /// The key column, if the schema has one.
    public let key: ColumnBuilder?
    /// The value column.
    public let value: ColumnBuilder
    /// The time column, if the schema has one.
    public let time: ColumnBuilder?
    /// One builder per field.
    public let fields: [ColumnBuilder]
    private var origin: Origin?
    private var input: Buffer?
    private var adopted: Batch?

    /// A builder for `schema`.
    public init(schema: Schema) {
        self.schema = schema
        key = schema.hasKey ? ColumnBuilder(Field(Schema.keyName, .binary)) : nil
        value = ColumnBuilder(Field(Schema.valueName, .binary))
        time = schema.hasTime ? ColumnBuilder(Field(Schema.timeName, .timestamp)) : nil
        fields = schema.fields.map { ColumnBuilder($0) }
        begin()
    }

    /// Records so far.
    public var count: Int { adopted?.count ?? value.count }

    /// Takes over a finished batch of the same schema in place of what was appended: from a runtime whose plugin makes
    /// columns elsewhere. Traps when the batch has another number of fields.
    public func adopt(_ batch: Batch) {
        precondition(batch.schema.fields.count == schema.fields.count)
        adopted = batch
    }

    /// Starts an empty batch. `input` is the memory whose parts columns may show, `origin` says where it came from.
    public func begin(viewing input: Buffer? = nil, origin: Origin? = nil) {
        self.input = input
        self.origin = origin
        adopted = nil
        key?.begin(viewing: input)
        value.begin(viewing: input)
        time?.begin(viewing: input)
        for field in fields { field.begin(viewing: input) }
    }

    /// The builder of the field called `name`.
    public func field(_ name: String) -> ColumnBuilder? {
        schema.index(of: name).map { fields[$0] }
    }

    /// The batch. Call ``begin(viewing:origin:)`` before going on.
    public func finish() -> Batch {
        if let batch = adopted {
            adopted = nil
            return batch.placed(at: origin, isView: batch.value.dataBuffer === input)
        }
        let count = count
        pad(key, to: count)
        pad(time, to: count)
        for field in fields { pad(field, to: count) }
        let values = value.finish()
        let keepsOrigin = input != nil && values.dataBuffer === input
        return Batch(
            schema: schema,
            count: count,
            key: key?.finish(),
            value: values,
            time: time?.finish(),
            fields: fields.map { $0.finish() },
            origin: origin.map {
                keepsOrigin ? $0 : Origin(part: $0.part, position: nil)
            }
        )
    }

    /// Takes back what was appended of a record whose value was not appended yet.
    public func discardIncomplete() {
        let count = count
        key?.truncate(to: count)
        time?.truncate(to: count)
        for field in fields { field.truncate(to: count) }
    }

    private func pad(_ column: ColumnBuilder?, to count: Int) {
        guard let column else { return }
        column.truncate(to: count)
        while column.count < count { column.appendNull() }
    }
}

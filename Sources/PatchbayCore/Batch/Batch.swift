/// Many records in columns: the only unit that crosses a boundary. Immutable; copying and slicing share memory.
public struct Batch: Sendable {
    /// What the records look like.
    public let schema: Schema
    /// Number of records.
    public let count: Int
    /// The keys, if the schema has any.
    public let key: Column?
    /// The values; for parsed records their original bytes.
    public let value: Column
    /// The times in nanoseconds since the epoch, if the schema has any.
    public let time: Column?
    /// One column per field of the schema.
    public let fields: [Column]
    /// Where the values were read from.
    public let origin: Origin?

    /// A batch of columns of equal length that fit `schema`; traps when they do not.
    public init(
        schema: Schema,
        count: Int,
        key: Column? = nil,
        value: Column,
        time: Column? = nil,
        fields: [Column],
        origin: Origin? = nil
    ) {
        precondition(fields.count == schema.fields.count && value.count == count)
        precondition((key != nil) == schema.hasKey && (time != nil) == schema.hasTime)
        precondition(value.type == .binary && (key?.count ?? count) == count && (time?.count ?? count) == count)
        for (column, field) in zip(fields, schema.fields) {
            precondition(column.count == count && column.type == field.type)
        }
        self.schema = schema
        self.count = count
        self.key = key
        self.value = value
        self.time = time
        self.fields = fields
        self.origin = origin
    }

    /// The column that a reference of this batch's schema names.
    public func column(_ reference: ColumnReference) -> Column {
        switch reference {
        case .value: value
        case .key: key ?? value
        case .time: time ?? value
        case .field(let index): fields[index]
        }
    }

    /// The column called `name`, if there is one.
    public func column(named name: String) -> Column? {
        schema.resolve(name).map { column($0) }
    }

    /// The records `range`; shares all memory.
    public func slice(_ range: Range<Int>) -> Batch {
        Batch(
            schema: schema,
            count: range.count,
            key: key?.slice(range),
            value: value.slice(range),
            time: time?.slice(range),
            fields: fields.map { $0.slice(range) },
            origin: origin
        )
    }

    /// The same records, with the place that their input was read from; without the position unless the values are
    /// views of that input.
    func placed(at origin: Origin?, isView: Bool) -> Batch {
        Batch(
            schema: schema,
            count: count,
            key: key,
            value: value,
            time: time,
            fields: fields,
            origin: origin.map { isView ? $0 : Origin(part: $0.part, position: nil) }
        )
    }

    /// One record.
    public subscript(row: Int) -> Record {
        precondition(row >= 0 && row < count)
        return Record(batch: self, row: row)
    }

    /// What is wrong with the batch when a column's bytes passed 2 GiB; whoever takes a batch over checks it once.
    public var overflow: CoreError? {
        if value.hasOverflowed { return CoreError(.columnTooLarge, column: Schema.valueName) }
        if let key, key.hasOverflowed { return CoreError(.columnTooLarge, column: Schema.keyName) }
        for (index, column) in fields.enumerated() where column.hasOverflowed {
            return CoreError(.columnTooLarge, column: schema.fields[index].name)
        }
        return nil
    }

    /// Where record `row` begins in its source; nil when that is no longer known.
    public func position(of row: Int) -> UInt64? {
        guard let start = origin?.position, value.isValid(row) else { return nil }
        return start &+ UInt64(value.start(row))
    }
}

/// Where the bytes of a batch's values were read from.
public struct Origin: Sendable {
    /// The part of the source: a file's path, a stream's name.
    public let part: String
    /// Position in that part of the first byte of the value column's data buffer; nil when the values were copied.
    public let position: UInt64?

    /// An origin.
    public init(part: String, position: UInt64?) {
        self.part = part
        self.position = position
    }
}

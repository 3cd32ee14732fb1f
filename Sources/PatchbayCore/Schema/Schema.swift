/// What the records of a batch look like: agreed per stage when the graph is built.
///
/// Besides the fields each record has a `value` (for parsed records: its original bytes), and may have a `key` and a
/// time. These three need no declaration except that `hasKey` and `hasTime` say whether the columns exist.
public final class Schema: Sendable {
    /// The name under which expressions and outputs know the record's time.
    public static let timeName = "time"
    /// The name of the value column in expressions and outputs.
    public static let valueName = "value"
    /// The name of the key column in expressions and outputs.
    public static let keyName = "key"

    /// The fields, in the order of the batch's columns.
    public let fields: [Field]
    /// Whether batches have a key column.
    public let hasKey: Bool
    /// Whether batches have a time column.
    public let hasTime: Bool
    /// Whether outputs that write all columns write the time: not when it was left out by name, or made of a field that
    /// is written itself.
    public let listsTime: Bool
    /// Whether records may have further fields that are known only when they are read (JSON objects). A field asked
    /// for by name then exists with type ``FieldType/json``; all others travel in the map field ``restName``.
    public let isOpen: Bool
    /// How a record looks as a line of text, as a template (see `TextTemplate`); `{value}` when nil.
    public let textTemplate: String?
    /// What follows each `value` when records are written in their original form: a newline for text lines.
    public let recordSuffix: [UInt8]

    /// The field of an open schema that holds what nobody asked for by name.
    public static let restName = "rest"

    /// A schema.
    public init(
        fields: [Field],
        hasKey: Bool = false,
        hasTime: Bool = false,
        listsTime: Bool = true,
        isOpen: Bool = false,
        textTemplate: String? = nil,
        recordSuffix: [UInt8] = []
    ) {
        self.fields = fields
        self.hasKey = hasKey
        self.hasTime = hasTime
        self.listsTime = listsTime
        self.isOpen = isOpen
        self.textTemplate = textTemplate
        self.recordSuffix = recordSuffix
    }

    /// The same schema with other fields.
    public func replacing(
        fields: [Field],
        listsTime: Bool? = nil,
        textTemplate: String? = nil,
        isOpen: Bool? = nil
    ) -> Schema {
        Schema(
            fields: fields,
            hasKey: hasKey,
            hasTime: hasTime,
            listsTime: listsTime ?? self.listsTime,
            isOpen: isOpen ?? self.isOpen,
            textTemplate: textTemplate,
            recordSuffix: recordSuffix
        )
    }

    /// Position of the field called `name`, byte for byte.
    public func index(of name: String) -> Int? {
        fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

/// A column that a name stands for.
public enum ColumnReference: Sendable, Equatable {
    /// The record's key.
    case key
    /// The record's value.
    case value
    /// The record's time.
    case time
    /// A field, by position.
    case field(Int)
}

extension Schema {
    /// What `name` stands for: a field of that name, else one of the well-known columns `time`, `value` and `key`.
    public func resolve(_ name: String) -> ColumnReference? {
        if let index = index(of: name) { return .field(index) }
        if name.utf8.elementsEqual(Self.valueName.utf8) { return .value }
        if hasTime, name.utf8.elementsEqual(Self.timeName.utf8) { return .time }
        if hasKey, name.utf8.elementsEqual(Self.keyName.utf8) { return .key }
        return nil
    }

    /// Type and vocabulary of a column.
    public func field(_ reference: ColumnReference) -> Field {
        switch reference {
        case .key: Field(Self.keyName, .binary)
        case .value: Field(Self.valueName, .binary)
        case .time: Field(Self.timeName, .timestamp)
        case .field(let index): fields[index]
        }
    }

    /// The field that `name` will have once a parser is asked for it: for an open schema any name resolves.
    public func prospectiveField(_ name: String) -> Field? {
        if let reference = resolve(name) { return field(reference) }
        return isOpen ? Field(name, .json) : nil
    }
}

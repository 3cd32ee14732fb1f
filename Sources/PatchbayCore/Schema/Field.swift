/// A named, typed column of a schema.
public struct Field: Sendable {
    /// The name in expressions and outputs; unique within a schema.
    public var name: String
    /// The column's type.
    public var type: FieldType
    /// For a ``FieldType/word`` field with a closed vocabulary: its words in rising order, so that `<=` has a meaning
    /// (`fatal` before `error` before `warn`). Empty for an open vocabulary.
    public var order: [String]
    /// Left out when a consumer asks for all fields: made only when named. For costly or redundant fields.
    public var isOnDemand: Bool
    /// One sentence for help and documentation, with the unit.
    public var summary: String

    /// A field.
    public init(
        _ name: String,
        _ type: FieldType,
        order: [String] = [],
        isOnDemand: Bool = false,
        summary: String = ""
    ) {
        self.name = name
        self.type = type
        self.order = order
        self.isOnDemand = isOnDemand
        self.summary = summary
    }
}

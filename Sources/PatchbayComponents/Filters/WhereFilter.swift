public import PatchbayCore
public import PatchbayPlugin

/// `where`: keeps the records for which an expression holds. See `docs/expressions.md` for the language.
public struct WhereFilter: SwiftPlugin, FilterPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .filter,
        name: "where",
        summary: "Keeps the records for which an expression holds",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "expression",
                    .string(),
                    isRequired: true,
                    summary: "The condition, such as level <= \"warn\" and apid == \"LOG\""
                )
            ],
            shorthand: "expression"
        )
    )

    private let expression: Expression
    private var condition: BoundCondition?

    /// A filter; throws when the expression cannot be read.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        let text = try configuration.requiredString("expression")
        expression = try Expression(text, at: configuration["expression"]?.position ?? configuration.position)
    }

    /// The columns that the expression names.
    public var wanted: FieldRequest { expression.wanted }

    /// Looks the names up and checks types.
    public mutating func bind(_ input: Schema) throws(PluginError) {
        condition = try expression.condition(for: input)
    }

    /// Keeps the rows for which the expression holds.
    public mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        guard let condition else { throw PluginError(.internalError, "the filter was not bound") }
        try condition.narrow(batch, &selection)
    }
}

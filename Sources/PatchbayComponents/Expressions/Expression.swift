import PatchbayCore
import PatchbayPlugin

/// An expression as it stands in a configuration: parsed, to be bound to a schema. See `docs/expressions.md`.
struct Expression {
    let text: String
    let position: ConfigPosition?
    let tree: Syntax

    /// Throws when `text` is no expression.
    init(_ text: String, at position: ConfigPosition? = nil) throws(PluginError) {
        self.text = text
        self.position = position
        do {
            tree = try ExpressionParser.parse(text)
        } catch {
            throw error.located(in: text, at: position)
        }
    }

    /// The columns that it reads.
    var wanted: FieldRequest { FieldRequest(names: tree.names) }

    /// The expression as a condition on records of `schema`; throws when it does not fit.
    func condition(for schema: Schema) throws(PluginError) -> BoundCondition {
        var binder = Binder(schema)
        do {
            let condition = try binder.condition(tree)
            return BoundCondition(condition: condition, sources: binder.sources)
        } catch {
            throw error.located(in: text, at: position)
        }
    }
}

/// A condition that knows its columns.
struct BoundCondition {
    private let condition: any Condition
    private let sources: [ColumnSource]

    init(condition: any Condition, sources: [ColumnSource]) {
        self.condition = condition
        self.sources = sources
    }

    /// Takes the rows out of `rows` for which the condition does not hold; throws when `batch` is of another schema
    /// than the condition was bound to.
    func narrow(_ batch: Batch, _ rows: inout Selection) throws(PluginError) {
        try sources.check(batch)
        guard rows.count == batch.count else {
            throw PluginError(.internalError, "a selection of \(rows.count) rows for a batch of \(batch.count)")
        }
        condition.narrow(batch, &rows)
    }
}

extension [ColumnSource] {
    /// Throws when `batch` has other columns than were agreed.
    func check(_ batch: Batch) throws(PluginError) {
        for source in self where !source.fits(batch) {
            throw PluginError(
                .schema,
                "a batch came without the column \(source.field.name.quotedForMessage) that was agreed",
                cause: "its fields are \(batch.schema.fields.map(\.name).joined(separator: ", "))"
            )
        }
    }
}

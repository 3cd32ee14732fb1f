public import PatchbayCore
public import PatchbayPlugin

/// `set`: adds fields or replaces them, with fixed values or by expressions over the record as it came in.
///
/// A fixed text becomes a `word` field, so that it costs four bytes per record.
public struct SetTransform: SwiftPlugin, TransformPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .transform,
        name: "set",
        summary: "Adds or replaces fields with fixed values or expressions",
        configuration: ConfigSchema([
            ConfigOption("values", .map(of: .any), summary: "Names to fixed values: texts, numbers, truth values"),
            ConfigOption(
                "expressions",
                .map(of: .string()),
                summary: "Names to expressions such as bytes / 1024 or level <= \"error\""
            ),
        ])
    )

    private enum Rule {
        case value(Field, Value)
        case expression(Expression)
    }

    private struct Assignment {
        let name: String
        let rule: Rule
        let position: ConfigPosition?
    }

    private let assignments: [Assignment]
    private var input: Schema?
    private var output: Schema?
    /// Per field of the output: a position in the input, or a computed column.
    private var steps: [Step] = []

    private enum Step {
        case keep(Int)
        case compute(ComputedColumn)
    }

    /// A transform; throws when nothing is set, a field is set twice, or an expression cannot be read.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var assignments: [Assignment] = []
        for entry in configuration.entries("values") {
            let position = entry.value.position ?? entry.position ?? configuration.position
            let (type, value) = try Self.value(entry, at: position)
            let rule = Rule.value(Field(entry.key, type), value)
            assignments.append(Assignment(name: entry.key, rule: rule, position: position))
        }
        for entry in configuration.entries("expressions") {
            let position = entry.value.position ?? entry.position ?? configuration.position
            let expression = try Expression(entry.value.string ?? "", at: position)
            assignments.append(Assignment(name: entry.key, rule: .expression(expression), position: position))
        }
        guard !assignments.isEmpty else {
            throw PluginError(
                .configuration,
                "no field is set",
                configuration: configuration.position,
                advice: "give 'values' or 'expressions'"
            )
        }
        for (index, assignment) in assignments.enumerated() {
            if assignments[..<index].contains(where: { $0.name.utf8.elementsEqual(assignment.name.utf8) }) {
                throw PluginError(
                    .configuration,
                    "the field \(assignment.name.quotedForMessage) is set twice",
                    configuration: assignment.position
                )
            }
        }
        self.assignments = assignments
    }

    private static func value(
        _ entry: ConfigNode.Entry,
        at position: ConfigPosition?
    ) throws(PluginError) -> (FieldType, Value) {
        switch entry.value.content {
        case .bool(let value): return (.bool, .bool(value))
        case .integer(let value): return (.int64, .int64(value))
        case .number(let value): return (.float64, .float64(value))
        case .string(let text): return (.word, .utf8(Bytes(text)))
        case .null, .list, .map:
            throw PluginError(
                .configuration,
                "the field \(entry.key.quotedForMessage) cannot be set to \(entry.value.kindName)",
                configuration: position,
                advice: "give a text, a number or a truth value; use 'drop' to take a field away"
            )
        }
    }

    private func computed(_ assignment: Assignment, for input: Schema) throws(PluginError) -> ComputedColumn {
        if input.index(of: assignment.name) == nil, input.resolve(assignment.name) != nil {
            throw PluginError(
                .schema,
                "\(assignment.name.quotedForMessage) is a part of every record and cannot be set",
                configuration: assignment.position,
                advice: "set a field of another name"
            )
        }
        switch assignment.rule {
        case .value(let field, let value): return ComputedColumn(field, .constant(value))
        case .expression(let expression): return try expression.column(named: assignment.name, for: input)
        }
    }

    private func plan(_ input: Schema) throws(PluginError) -> (fields: [Field], steps: [Step]) {
        var fields = input.fields
        var steps = input.fields.indices.map { Step.keep($0) }
        for assignment in assignments {
            let column = try computed(assignment, for: input)
            if let index = input.index(of: assignment.name) {
                fields[index] = column.field
                steps[index] = .compute(column)
            } else {
                fields.append(column.field)
                steps.append(.compute(column))
            }
        }
        return (fields, steps)
    }

    /// The input's fields, with those that are set in their place, and new ones behind.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        input.replacing(fields: try plan(input).fields, textTemplate: input.textTemplate)
    }

    /// What is wanted of the others, what the expressions read, and the fields that are set: an open schema would else
    /// hand the old ones on unnamed.
    public func wanted(for output: FieldRequest) -> FieldRequest {
        var request = output
        for assignment in assignments {
            request.insert(assignment.name)
            if case .expression(let expression) = assignment.rule { request.formUnion(expression.wanted) }
        }
        return request
    }

    /// Looks the columns up and checks types.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let plan = try plan(input)
        let schema = input.replacing(fields: plan.fields, textTemplate: input.textTemplate)
        steps = plan.steps
        self.input = input
        output = schema
        return schema
    }

    /// Computes the columns.
    public mutating func transform(_ batch: Batch, into result: inout TransformOutput) throws(PluginError) {
        guard let input, let output else { throw PluginError(.internalError, "the transform was not bound") }
        try batch.check(against: input)
        var columns: [Column] = []
        columns.reserveCapacity(steps.count)
        for step in steps {
            switch step {
            case .keep(let index): columns.append(batch.fields[index])
            case .compute(let column): columns.append(try column.column(batch))
            }
        }
        result.emit(batch.replacing(fields: columns, schema: output))
    }
}

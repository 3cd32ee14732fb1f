public import PatchbayCore
public import PatchbayPlugin

/// `cast`: turns fields into other types. Records with a value that does not fit are rejected; missing values stay
/// missing.
public struct CastTransform: SwiftPlugin, TransformPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .transform,
        name: "cast",
        summary: "Turns fields into other types; records that do not fit are rejected",
        configuration: ConfigSchema([
            ConfigOption(
                "fields",
                .map(of: .string(choices: CastTarget.allCases.map(\.rawValue))),
                isRequired: true,
                summary: "Names to types; 'time' reads RFC 3339, 'time_ms' and its like numbers since 1970"
            )
        ])
    )

    private struct Change {
        let name: String
        let target: CastTarget
        let position: ConfigPosition?
    }

    private let changes: [Change]
    private var input: Schema?
    private var output: Schema?
    private var casts: [(index: Int, cast: CastColumn)] = []
    private var gatherer = BatchGatherer()

    /// A transform; throws when a type is unknown.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var changes: [Change] = []
        for entry in configuration.entries("fields") {
            let position = entry.value.position ?? entry.position ?? configuration.position
            guard let target = CastTarget(rawValue: entry.value.string ?? "") else {
                throw PluginError(
                    .configuration,
                    "unknown type for \(entry.key.quotedForMessage)",
                    configuration: position,
                    advice: "types are \(CastTarget.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            changes.append(Change(name: entry.key, target: target, position: position))
        }
        self.changes = changes
    }

    /// The same fields with their new types; throws when one is missing, or can never be turned into its type.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        var fields = input.fields
        for change in changes {
            let index = try input.requiredIndex(of: change.name, at: change.position)
            guard change.target.accepts(fields[index].type) else {
                throw PluginError(
                    .schema,
                    "\(change.name.quotedForMessage) is \(fields[index].type.name) and cannot become "
                        + change.target.rawValue,
                    configuration: change.position
                )
            }
            fields[index].type = change.target.type
            if change.target != .word { fields[index].order = [] }
        }
        return input.replacing(fields: fields, textTemplate: input.textTemplate)
    }

    /// What is wanted of the others, and the fields that change.
    public func wanted(for output: FieldRequest) -> FieldRequest {
        var request = output
        for change in changes { request.insert(change.name) }
        return request
    }

    /// Looks the columns up.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try outputSchema(for: input)
        casts = []
        for change in changes {
            let index = try input.requiredIndex(of: change.name, at: change.position)
            // A word that is cast to a word stays as it is, with its order.
            if input.fields[index].type == .word, change.target == .word { continue }
            casts.append((index, CastColumn(change.name, change.target)))
        }
        self.input = input
        output = schema
        return schema
    }

    /// Casts, and rejects the rows that do not fit.
    public mutating func transform(_ batch: Batch, into result: inout TransformOutput) throws(PluginError) {
        guard let input, let output else { throw PluginError(.internalError, "the transform was not bound") }
        try batch.check(against: input)
        var columns = batch.fields
        var failures: [Int: PluginError] = [:]
        for (index, cast) in casts {
            let column = batch.fields[index]
            columns[index] = cast.cast(column) { row in
                guard failures[row] == nil else { return }
                failures[row] = Self.failure(input.fields[index].name, column, row, cast.target)
            }
        }
        let made = batch.replacing(fields: columns, schema: output)
        guard !failures.isEmpty else { return result.emit(made) }
        var kept = Selection(count: batch.count, all: true)
        for (row, error) in failures.sorted(by: { $0.key < $1.key }) {
            kept[row] = false
            result.rejections.reject(row, error)
        }
        result.emit(gatherer.gather(made, kept))
    }

    private static func failure(_ name: String, _ column: Column, _ row: Int, _ target: CastTarget) -> PluginError {
        let shown: String
        switch column.value(row) {
        case .int64(let value), .timestamp(let value): shown = "\(value)"
        case .float64(let value): shown = "\(value)"
        case .bool(let value): shown = "\(value)"
        case .utf8(let bytes), .binary(let bytes), .json(let bytes):
            shown = Bytes(bytes.buffer, at: bytes.offset, count: min(bytes.count, 240)).text.quotedForMessage
        case .null, .map: shown = "this value"
        }
        return PluginError(
            .input, "\(shown) in field \(name.quotedForMessage) cannot become \(target.rawValue)", record: row)
    }
}

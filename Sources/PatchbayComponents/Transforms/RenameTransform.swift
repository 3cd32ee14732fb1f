public import PatchbayCore
public import PatchbayPlugin

/// `rename`: gives fields other names, all at once, so that two can be exchanged. Shares all memory.
public struct RenameTransform: SwiftPlugin, TransformPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .transform,
        name: "rename",
        summary: "Gives fields other names",
        configuration: ConfigSchema([
            ConfigOption("fields", .map(of: .string()), isRequired: true, summary: "Old names to new names")
        ])
    )

    private struct Change {
        let old: String
        let new: String
        let position: ConfigPosition?
    }

    private let changes: [Change]
    private var input: Schema?
    private var output: Schema?
    private var kept: [Int] = []

    /// A transform; throws when two fields would get the same name.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var changes: [Change] = []
        for entry in configuration.entries("fields") {
            let position = entry.position ?? configuration.position
            guard let new = entry.value.string, !new.isEmpty else {
                throw PluginError(
                    .configuration,
                    "the new name of \(entry.key.quotedForMessage) is empty",
                    configuration: position
                )
            }
            guard !changes.contains(where: { $0.new.utf8.elementsEqual(new.utf8) }) else {
                throw PluginError(
                    .configuration,
                    "two fields would be called \(new.quotedForMessage)",
                    configuration: position
                )
            }
            changes.append(Change(old: entry.key, new: new, position: position))
        }
        self.changes = changes
    }

    private func newName(_ name: String) -> String {
        changes.first { $0.old.utf8.elementsEqual(name.utf8) }?.new ?? name
    }

    private func isRenamed(_ name: String) -> Bool { changes.contains { $0.old.utf8.elementsEqual(name.utf8) } }
    private func isTaken(_ name: String) -> Bool { changes.contains { $0.new.utf8.elementsEqual(name.utf8) } }

    /// Positions of the fields that stay: all, but of an open schema's fields those that a renamed field replaces go.
    private func kept(of input: Schema) throws(PluginError) -> [Int] {
        for change in changes { _ = try input.requiredIndex(of: change.old, at: change.position) }
        var kept: [Int] = []
        for (index, field) in input.fields.enumerated() {
            if !isTaken(field.name) || isRenamed(field.name) {
                kept.append(index)
            } else if !input.isOpen {
                throw PluginError(
                    .schema,
                    "there is a field called \(field.name.quotedForMessage) already",
                    configuration: changes.first { $0.new.utf8.elementsEqual(field.name.utf8) }?.position,
                    advice: "drop or rename it first"
                )
            }
        }
        return kept
    }

    /// The same fields under their new names; throws when one is missing or a new name is taken.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        var fields: [Field] = []
        for index in try kept(of: input) {
            var field = input.fields[index]
            field.name = newName(field.name)
            fields.append(field)
        }
        return input.replacing(
            fields: fields,
            textTemplate: input.template { newName($0).isTemplateName ? newName($0) : nil }
        )
    }

    /// The old names where the new ones are wanted. Both are asked for in any case: an open schema would else hand the
    /// old field, or one that has the new name, on unnamed.
    public func wanted(for output: FieldRequest) -> FieldRequest {
        var request = FieldRequest(all: output.all)
        for name in output.names where !isTaken(name) && !isRenamed(name) { request.insert(name) }
        for change in changes {
            request.insert(change.old)
            request.insert(change.new)
        }
        return request
    }

    /// Looks the columns up.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try outputSchema(for: input)
        kept = try kept(of: input)
        self.input = input
        output = schema
        return schema
    }

    /// Hands the columns on.
    public mutating func transform(_ batch: Batch, into result: inout TransformOutput) throws(PluginError) {
        guard let input, let output else { throw PluginError(.internalError, "the transform was not bound") }
        try batch.check(against: input)
        result.emit(batch.replacing(fields: kept.map { batch.fields[$0] }, schema: output))
    }
}

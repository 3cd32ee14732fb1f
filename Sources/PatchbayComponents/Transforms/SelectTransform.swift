public import PatchbayCore
public import PatchbayPlugin

/// `select`: keeps the named fields, in the order given, under new names if wanted. Shares all memory.
///
/// `time`, `value` and `key` become fields when they are named; whether or not, they stay parts of the record.
public struct SelectTransform: SwiftPlugin, TransformPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .transform,
        name: "select",
        summary: "Keeps the named fields, in the order given",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "fields",
                    .list(of: .string()),
                    isRequired: true,
                    summary: "The names; 'a as b' renames; one text may hold several, separated by commas"
                )
            ],
            shorthand: "fields"
        )
    )

    private struct Choice {
        let name: String
        let newName: String
        let position: ConfigPosition?
    }

    private let choices: [Choice]
    private var input: Schema?
    private var output: Schema?
    private var columns: [ColumnReference] = []

    /// A transform; throws when no field is named, or two get the same name.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        guard let option = configuration["fields"] else {
            throw PluginError(.configuration, "the option 'fields' is missing", configuration: configuration.position)
        }
        var choices: [Choice] = []
        for node in option.string != nil ? [option] : option.elements {
            guard let text = node.string else { continue }
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                choices.append(try Self.choice(part, at: node.position ?? configuration.position))
            }
        }
        guard !choices.isEmpty else {
            throw PluginError(.configuration, "no field is named", configuration: configuration.position)
        }
        for (index, choice) in choices.enumerated()
        where choices[..<index].contains(where: { $0.newName.utf8.elementsEqual(choice.newName.utf8) }) {
            throw PluginError(
                .configuration,
                "two fields would be called \(choice.newName.quotedForMessage)",
                configuration: choice.position,
                advice: "rename one of them with 'a as b'"
            )
        }
        self.choices = choices
    }

    private static func choice(_ text: Substring, at position: ConfigPosition?) throws(PluginError) -> Choice {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !words.isEmpty else {
            throw PluginError(
                .configuration,
                "a field's name is empty",
                configuration: position,
                advice: "write 'name' or 'name as new_name'"
            )
        }
        if words.count >= 3, words[words.count - 2] == "as" {
            let name = words.dropLast(2).joined(separator: " ")
            return Choice(name: name, newName: words[words.count - 1], position: position)
        }
        let name = words.joined(separator: " ")
        return Choice(name: name, newName: name, position: position)
    }

    /// The chosen fields; throws when there is no such field.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        var fields: [Field] = []
        for choice in choices {
            guard let reference = input.resolve(choice.name) else {
                throw input.unknownField(choice.name, at: choice.position)
            }
            var field = input.field(reference)
            field.name = choice.newName
            field.isOnDemand = false
            fields.append(field)
        }
        let isPlain = choices.allSatisfy(\.newName.isTemplateName)
        let template = choices.map { "{\($0.newName)}" }.joined(separator: " ")
        return input.replacing(
            fields: fields,
            listsTime: false,
            textTemplate: isPlain ? template : nil,
            isOpen: false
        )
    }

    /// The chosen fields, whatever is read of them: a misspelt name is an error also when nobody reads the field.
    public func wanted(for output: FieldRequest) -> FieldRequest { FieldRequest(names: choices.map(\.name)) }

    /// Looks the columns up.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try outputSchema(for: input)
        columns = choices.compactMap { input.resolve($0.name) }
        self.input = input
        output = schema
        return schema
    }

    /// Hands the chosen columns on.
    public mutating func transform(_ batch: Batch, into result: inout TransformOutput) throws(PluginError) {
        guard let input, let output else { throw PluginError(.internalError, "the transform was not bound") }
        try batch.check(against: input)
        result.emit(batch.replacing(fields: columns.map { batch.column($0) }, schema: output))
    }
}

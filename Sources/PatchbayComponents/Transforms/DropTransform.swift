public import PatchbayCore
public import PatchbayPlugin

/// `drop`: takes fields away. Shares all memory.
public struct DropTransform: SwiftPlugin, TransformPlugin {
    /// What the plugin says of itself.
    public static let manifest = PluginManifest(
        .transform,
        name: "drop",
        summary: "Takes fields away",
        configuration: ConfigSchema(
            [
                ConfigOption(
                    "fields",
                    .list(of: .string()),
                    isRequired: true,
                    summary: "The names; one text may hold several, separated by commas"
                )
            ],
            shorthand: "fields"
        )
    )

    private let names: [String]
    private let position: ConfigPosition?
    private var input: Schema?
    private var output: Schema?
    private var kept: [Int] = []

    /// A transform; throws when a name is empty.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        var names: [String] = []
        for text in configuration.strings("fields") {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let words = part.split(whereSeparator: \.isWhitespace)
                guard words.count == 1 else {
                    throw PluginError(
                        .configuration,
                        "\(String(part).quotedForMessage) is no field's name",
                        configuration: configuration["fields"]?.position ?? configuration.position
                    )
                }
                names.append(String(words[0]))
            }
        }
        self.names = names
        position = configuration["fields"]?.position ?? configuration.position
    }

    private func drops(_ name: String) -> Bool { names.contains { $0.utf8.elementsEqual(name.utf8) } }

    /// The other fields; throws when a field to drop is not there.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        for name in names { _ = try input.requiredIndex(of: name, at: position) }
        return input.replacing(
            fields: input.fields.filter { !drops($0.name) },
            textTemplate: input.template { drops($0) ? nil : $0 }
        )
    }

    /// What is wanted of the others, and the fields to drop by name: an open schema would else hand them on unnamed.
    public func wanted(for output: FieldRequest) -> FieldRequest {
        var request = output
        for name in names { request.insert(name) }
        return request
    }

    /// Looks the columns up.
    public mutating func bind(_ input: Schema) throws(PluginError) -> Schema {
        let schema = try outputSchema(for: input)
        kept = input.fields.indices.filter { !drops(input.fields[$0].name) }
        self.input = input
        output = schema
        return schema
    }

    /// Hands the other columns on.
    public mutating func transform(_ batch: Batch, into result: inout TransformOutput) throws(PluginError) {
        guard let input, let output else { throw PluginError(.internalError, "the transform was not bound") }
        try batch.check(against: input)
        result.emit(batch.replacing(fields: kept.map { batch.fields[$0] }, schema: output))
    }
}

import PatchbayCore

/// The columns of a record that formats with one place per column write.
enum OutputColumns {
    /// A column and the name it is written under.
    struct Named {
        let name: String
        let reference: ColumnReference
    }

    /// Key, time and all fields; the value when there are none.
    ///
    /// The time is left out when it is among the fields; when the schema's text form leaves it out, as after a `select`
    /// without it; and with an open schema, where it was made of a member that is written itself.
    static func of(_ schema: Schema) -> [Named] {
        var columns: [Named] = []
        if schema.hasKey, schema.index(of: Schema.keyName) == nil {
            columns.append(Named(name: Schema.keyName, reference: .key))
        }
        if schema.hasTime, !schema.isOpen, schema.index(of: Schema.timeName) == nil, showsTime(schema) {
            columns.append(Named(name: Schema.timeName, reference: .time))
        }
        for (index, field) in schema.fields.enumerated() {
            columns.append(Named(name: field.name, reference: .field(index)))
        }
        if schema.fields.isEmpty { columns.append(Named(name: Schema.valueName, reference: .value)) }
        return columns
    }

    private static func showsTime(_ schema: Schema) -> Bool {
        guard let text = schema.textTemplate, let template = try? TextTemplate(text) else { return true }
        return template.names.contains(Schema.timeName)
    }
}

import PatchbayCore

/// The columns of a record that formats with one place per column write.
enum OutputColumns {
    /// A column and the name it is written under.
    struct Named {
        let name: String
        let reference: ColumnReference
    }

    /// Key, time and all fields; the value when there are none. The time is left out when it is among the fields, and
    /// when the schema does not list it.
    static func of(_ schema: Schema) -> [Named] {
        var columns: [Named] = []
        if schema.hasKey, schema.index(of: Schema.keyName) == nil {
            columns.append(Named(name: Schema.keyName, reference: .key))
        }
        if schema.hasTime, schema.listsTime, schema.index(of: Schema.timeName) == nil {
            columns.append(Named(name: Schema.timeName, reference: .time))
        }
        for (index, field) in schema.fields.enumerated() {
            columns.append(Named(name: field.name, reference: .field(index)))
        }
        if schema.fields.isEmpty { columns.append(Named(name: Schema.valueName, reference: .value)) }
        return columns
    }
}

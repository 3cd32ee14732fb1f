public import PatchbayCore

// The form of schemas between a host and plugins that are programs of their own; `docs/process-plugins.md` describes it.
extension Schema {
    /// Writes the schema as one JSON object.
    public func write(into json: inout JSONWriter) {
        json.object { json in
            json.key("fields")
            json.array { json in for field in fields { field.write(into: &json) } }
            if hasKey { json.member("key", true) }
            if hasTime { json.member("time", true) }
            if !listsTime { json.member("hides_time", true) }
            if isOpen { json.member("open", true) }
            if let textTemplate { json.member("text", textTemplate) }
            if !recordSuffix.isEmpty { json.member("suffix", String(decoding: recordSuffix, as: UTF8.self)) }
        }
    }

    /// Reads what ``write(into:)`` writes; `source` names where it comes from in messages.
    public convenience init(json tree: ConfigNode, source: String) throws(PluginError) {
        let reader = ManifestReader(file: source)
        guard case .map = tree.content else {
            throw reader.problem("a schema is a JSON object, not \(tree.kindName)", at: tree.position)
        }
        let fields = try reader.list(tree, "fields", ManifestReader.schemaField)
        guard fields.count <= 4096 else { throw reader.problem("a schema has at most 4096 fields", at: tree.position) }
        var names: Set<[UInt8]> = []
        for field in fields where !names.insert(Array(field.name.utf8)).inserted {
            throw reader.problem("the field \(field.name.quotedForMessage) is described twice", at: tree.position)
        }
        self.init(
            fields: fields,
            hasKey: try reader.flag(tree, "key"),
            hasTime: try reader.flag(tree, "time"),
            listsTime: try !reader.flag(tree, "hides_time"),
            isOpen: try reader.flag(tree, "open"),
            textTemplate: tree["text"].map(\.isNull) == false ? try reader.string(tree, "text") : nil,
            recordSuffix: tree["suffix"].map(\.isNull) == false ? Array(try reader.string(tree, "suffix").utf8) : []
        )
    }
}

extension ManifestReader {
    /// A field of a schema, whose name may be any text: JSON members become fields.
    fileprivate func schemaField(_ node: ConfigNode) throws(PluginError) -> Field {
        let typeName = try string(node, "type")
        guard let type = FieldType(name: typeName) else {
            throw problem("\(typeName.quotedForMessage) is no type of a field", at: node["type"]?.position)
        }
        return Field(
            try string(node, "name"), type, order: try strings(node, "order"),
            isOnDemand: try flag(node, "on_demand"), summary: node["summary"]?.string ?? "")
    }
}

public import PatchbayCore
public import PatchbayPlugin

/// Which columns somebody reads: a ``PatchbayCore/FieldRequest`` and the well-known columns.
public struct ColumnRequest: Sendable, Equatable {
    /// The fields.
    public var fields: FieldRequest
    /// Whether the value is read.
    public var value: Bool
    /// Whether the key is read.
    public var key: Bool
    /// Whether the time is read.
    public var time: Bool

    /// A request.
    public init(_ fields: FieldRequest, value: Bool = true, key: Bool = true, time: Bool = true) {
        self.fields = fields
        self.value = value
        self.key = key
        self.time = time
    }

    /// Whether each column of `schema` is read, in the order key, value, time, fields.
    public func columns(of schema: Schema) -> [Bool] {
        (schema.hasKey ? [key] : []) + [value] + (schema.hasTime ? [time] : []) + schema.fields.map(fields.wants)
    }

    /// Writes the request as one JSON object.
    public func write(into json: inout JSONWriter) {
        json.object { json in
            json.member("all", fields.all)
            json.member("names", fields.names)
            json.member("value", value)
            json.member("key", key)
            json.member("time", time)
        }
    }

    /// Reads what ``write(into:)`` writes; what is left out is false.
    public init(json tree: ConfigNode, source: String) throws(PluginError) {
        guard case .map = tree.content else {
            throw PluginError(.invalidResult, "\(source): a request is a JSON object, not \(tree.kindName)")
        }
        func flag(_ name: String) -> Bool {
            if case .bool(true) = tree[name]?.content { return true }
            return false
        }
        let names = tree["names"]?.elements ?? []
        guard names.count <= 4096 else { throw PluginError(.invalidResult, "\(source): more than 4096 names") }
        self.init(
            FieldRequest(names: names.compactMap(\.string), all: flag("all")), value: flag("value"), key: flag("key"),
            time: flag("time"))
    }
}

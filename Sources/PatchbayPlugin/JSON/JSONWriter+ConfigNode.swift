extension JSONWriter {
    /// Writes a configuration value. Keep secrets out of it: it writes what is there.
    public mutating func value(_ node: ConfigNode) {
        switch node.content {
        case .null: null()
        case .bool(let flag): value(flag)
        case .integer(let number): value(number)
        case .number(let number): value(number)
        case .string(let text): value(text)
        case .list(let elements):
            array { json in
                for element in elements { json.value(element) }
            }
        case .map(let entries):
            object { json in
                for entry in entries {
                    json.key(entry.key)
                    json.value(entry.value)
                }
            }
        }
    }
}

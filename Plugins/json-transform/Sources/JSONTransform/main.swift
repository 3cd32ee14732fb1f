import PatchbayGuest

/// Selects, renames and sets members of a value that is a JSON object.
struct JSONTransform: TransformPlugin {
    static var reads: Reads { .columns("value") }

    private let selected: NameTable
    private let selects: Bool
    private let renamed: NameTable
    private let set: NameTable
    private let writer = ObjectWriter()

    init(_ options: Options) throws(PluginFailure) {
        selects = options.has("select")
        selected = try Self.table(options, "select")
        renamed = try Self.table(options, "rename")
        set = try Self.table(options, "set")
        guard renamed.valuesDiffer else {
            throw PluginFailure("'rename' gives two members the same name", kind: .options)
        }
    }

    private static func table(_ options: Options, _ name: StaticString) throws(PluginFailure) -> NameTable {
        guard options.has(name), let json = options.json(name) else { return NameTable() }
        return try NameTable(json)
    }

    mutating func transform(_ record: Record, into output: Output) throws(RecordError) {
        do throws(JSONError) {
            try write(JSONView(checking: record.value.bytes))
        } catch {
            throw RecordError(error.message)
        }
        guard writer.isObject else { throw RecordError("the value is JSON, but no object") }
        writer.set(output)
        output.emit()
    }

    private func write(_ object: JSONView) {
        writer.removeAll()
        guard object.kind == .object else { return }
        writer.begin()
        var members = object.entries
        while members.next() { write(members.name, members.value, of: object) }
        for entry in set.entries { writer.append(entry.name, entry.value) }
        writer.end()
    }

    private func write(_ name: JSONView, _ value: JSONView, of object: JSONView) {
        if selects, selected.entry(named: name) == nil { return }
        if let new = renamed.entry(named: name) {
            if !set.has(new.characters) { writer.append(new.characters, value) }
        } else if set.entry(named: name) == nil, !isReplaced(name, in: object) {
            writer.append(name, value)
        }
    }

    /// Whether another member of the object gets this name.
    private func isReplaced(_ name: JSONView, in object: JSONView) -> Bool {
        guard let entry = renamed.entry(withValue: name) else { return false }
        let old = entry.name
        return object[old.span].kind != .missing && (!selects || selected.has(old))
    }
}

export(JSONTransform.self)

import PatchbayGuest

/// The entries of an option that is a list or a map: names, and what belongs to each.
struct NameTable {
    /// A name, escaped no more.
    struct Entry {
        let name: [UInt8]
        /// The JSON text of a map's value.
        let value: [UInt8]
        /// The characters of the value when it is a string.
        let characters: [UInt8]
    }

    private(set) var entries: [Entry] = []

    /// A table without entries.
    init() {}

    /// The entries of JSON text.
    init(_ json: Span<UInt8>) throws(PluginFailure) {
        do throws(JSONError) {
            let view = try JSONView(checking: json)
            let isList = view.kind == .array
            var items = view.entries
            while items.next() { append(isList ? items.value : items.name, items.value) }
        } catch {
            throw PluginFailure(error.message, kind: .options)
        }
    }

    private mutating func append(_ name: JSONView, _ value: JSONView) {
        entries.append(
            Entry(
                name: Self.characters(name), value: Self.copy(value.bytes), characters: Self.characters(value)))
    }

    private static func characters(_ json: JSONView) -> [UInt8] {
        var characters = ByteWriter()
        guard json.string(into: &characters) else { return [] }
        return copy(characters.bytes)
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        for index in 0..<bytes.count { copy.append(bytes[index]) }
        return copy
    }

    /// Whether no two values are the same text.
    var valuesDiffer: Bool {
        for index in 0..<entries.count {
            for other in 0..<index where entries[other].characters == entries[index].characters { return false }
        }
        return true
    }

    /// Whether there is an entry with this name.
    func has(_ name: [UInt8]) -> Bool {
        for entry in entries where entry.name == name { return true }
        return false
    }

    /// The entry whose name the JSON string is.
    func entry(named name: JSONView) -> Entry? {
        for entry in entries {
            let own = entry.name
            if name.equals(own.span) { return entry }
        }
        return nil
    }

    /// The entry whose value the JSON string is.
    func entry(withValue name: JSONView) -> Entry? {
        for entry in entries {
            let value = entry.characters
            if name.equals(value.span) { return entry }
        }
        return nil
    }
}

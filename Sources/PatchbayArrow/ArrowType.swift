import PatchbayCore

/// The type of an array, before it is written down in C.
struct ArrowType {
    let format: String
    var name = ""
    var isNullable = true
    var isOrdered = false
    /// Name of the extension type.
    var extensionName: String?
    var children: [ArrowType] = []
    /// Type of the words of a dictionary-encoded array; at most one.
    var dictionary: [ArrowType] = []

    init(_ format: String, name: String = "") {
        self.format = format
        self.name = name
    }

    /// The record batch type of a schema.
    init(_ schema: Schema) {
        format = "+s"
        isNullable = false
        if schema.hasKey { children.append(ArrowType(Field(Schema.keyName, .binary))) }
        children.append(ArrowType(Field(Schema.valueName, .binary)))
        if schema.hasTime { children.append(ArrowType(Field(Schema.timeName, .timestamp))) }
        children += schema.fields.map { ArrowType($0) }
    }

    init(_ field: Field) {
        switch field.type {
        case .int64: self.init("l")
        case .float64: self.init("g")
        case .bool: self.init("b")
        case .utf8: self.init("u")
        case .binary: self.init("z")
        case .timestamp: self.init("tsn:UTC")
        case .json:
            self.init("u")
            extensionName = "arrow.json"
        case .word:
            self.init("i")
            dictionary = [ArrowType("u")]
            isOrdered = !field.order.isEmpty
        case .map(let json):
            self.init("+m")
            var key = ArrowType(Field("key", .utf8))
            key.isNullable = false
            var entries = ArrowType("+s", name: "entries")
            entries.isNullable = false
            entries.children = [key, ArrowType(Field("value", json ? .json : .utf8))]
            children = [entries]
        }
        name = field.name
    }

    /// Key and value pairs as the C Data Interface wants them: native 32-bit lengths and bytes.
    var metadata: [UInt8] {
        guard let extensionName else { return [] }
        let pairs = [("ARROW:extension:name", extensionName), ("ARROW:extension:metadata", "")]
        var bytes = Self.number(pairs.count)
        for (key, value) in pairs {
            for text in [key, value] { bytes += Self.number(text.utf8.count) + Array(text.utf8) }
        }
        return bytes
    }

    private static func number(_ value: Int) -> [UInt8] {
        let native = UInt32(truncatingIfNeeded: value)
        return (0..<4).map { UInt8(truncatingIfNeeded: native >> UInt32(8 * $0)) }
    }
}

/// The values of an array, before they are written down in C.
struct ArrowValues {
    let count: Int
    var offset = 0
    var nullCount = 0
    /// In Arrow's order; nil stands for a validity bitmap that is not needed.
    var buffers: [Buffer?] = []
    var children: [ArrowValues] = []
    /// The words of a dictionary-encoded array; at most one.
    var dictionary: [ArrowValues] = []

    init(structOf children: [ArrowValues], count: Int) {
        self.count = count
        self.children = children
        buffers = [nil]
    }

    /// An arranged column and, for a dictionary-encoded one, its words.
    init(_ column: Column, words: Column?) {
        count = column.count
        offset = column.offset
        nullCount = column.nullCount
        let validity = nullCount > 0 ? column.validity : nil
        switch column.type {
        case .int64, .float64, .bool, .timestamp, .word: buffers = [validity, column.values]
        case .utf8, .binary, .json: buffers = [validity, column.values, column.data ?? Buffer(capacity: 0)]
        case .map:
            buffers = [validity, column.values]
            if let keys = column.mapKeys, let values = column.mapValues {
                let entries = [ArrowValues(keys, words: nil), ArrowValues(values, words: nil)]
                children = [ArrowValues(structOf: entries, count: keys.count)]
            }
        }
        if let words { dictionary = [ArrowValues(words, words: nil)] }
    }
}

internal import CPatchbay
internal import PatchbayCore
internal import PatchbayPlugin

/// Reads what a plugin says of schemas and requests: bounded, checked, copied.
struct SchemaReading {
    private let memory: GuestMemory
    /// As in frames.
    private static let fieldLimit = 4096
    private static let textLimit: UInt64 = 65_536
    /// Bytes and words that may still be copied: many entries may name the same memory.
    private var textBudget: UInt64 = 4 << 20
    private var wordBudget: UInt64 = 65_536

    init(memory: GuestMemory) {
        self.memory = memory
    }

    /// The schema at `address`.
    mutating func schema(at address: UInt64) throws(PluginError) -> Schema {
        let image = try memory.load(patchbay_schema.self, at: address, Place("the schema"))
        guard image.fields.count <= Self.fieldLimit else {
            throw Place("the schema").wrong("\(image.fields.count) fields are more than \(Self.fieldLimit)")
        }
        var fields: [Field] = []
        var names: Set<[UInt8]> = []
        let array = try memory.array(
            of: patchbay_field.self, at: image.fields.address, count: image.fields.count, Place("the fields"))
        for entry in array {
            let field = try field(entry)
            guard names.insert(Array(field.name.utf8)).inserted else {
                throw Place("the schema").wrong("two fields are called '\(field.name)'")
            }
            fields.append(field)
        }
        let template = image.text_template
        let suffix = image.record_suffix
        guard suffix.length <= 64 else { throw Place("the record suffix").wrong("it has \(suffix.length) bytes") }
        let ending = try memory.bytes(at: suffix.address, count: suffix.length, Place("the record suffix"))
        return Schema(
            fields: fields,
            hasKey: image.flags & UInt32(PATCHBAY_SCHEMA_KEY) != 0,
            hasTime: image.flags & UInt32(PATCHBAY_SCHEMA_TIME) != 0,
            listsTime: image.flags & UInt32(PATCHBAY_SCHEMA_HIDES_TIME) == 0,
            isOpen: image.flags & UInt32(PATCHBAY_SCHEMA_OPEN) != 0,
            textTemplate: template.address == 0 ? nil : try text(template, "the text template"),
            recordSuffix: (0..<ending.count).map { ending.span[$0] }
        )
    }

    private mutating func field(_ image: patchbay_field) throws(PluginError) -> Field {
        let name = try text(image.name, "a field's name")
        guard !name.isEmpty, let type = FieldType(abi: image.type) else {
            throw Place("the field", name).wrong("it has no name, or type \(image.type), which there is not")
        }
        guard image.words.count <= Self.fieldLimit, image.words.count <= wordBudget,
            image.words.count == 0 || type == .word
        else { throw Place("the field", name).wrong("its vocabulary has \(image.words.count) words") }
        wordBudget -= image.words.count
        var words: [String] = []
        var known: Set<[UInt8]> = []
        let list = try memory.array(
            of: patchbay_bytes.self, at: image.words.address, count: image.words.count, Place("a vocabulary"))
        for entry in list {
            let word = try text(entry, "a word of the vocabulary")
            guard known.insert(Array(word.utf8)).inserted else {
                throw Place("the field", name).wrong("its vocabulary has '\(word)' twice")
            }
            words.append(word)
        }
        return Field(
            name, type, order: words, isOnDemand: image.flags & UInt32(PATCHBAY_FIELD_ON_DEMAND) != 0,
            summary: try text(image.summary, "a field's summary"))
    }

    /// What a plugin wants of its input.
    mutating func wanted(_ image: patchbay_request) throws(PluginError) -> WantedColumns {
        guard image.names.count <= Self.fieldLimit else {
            throw Place("the request").wrong("it has \(image.names.count) names")
        }
        var request = FieldRequest(all: image.flags & UInt32(PATCHBAY_WANT_ALL) != 0)
        let names = try memory.array(
            of: patchbay_bytes.self, at: image.names.address, count: image.names.count, Place("the request"))
        for name in names { request.insert(try text(name, "a name of the request")) }
        return WantedColumns(
            request: request,
            value: request.all || image.flags & UInt32(PATCHBAY_WANT_VALUE) != 0 || request.lists(Schema.valueName),
            key: request.all || image.flags & UInt32(PATCHBAY_WANT_KEY) != 0 || request.lists(Schema.keyName),
            time: request.all || image.flags & UInt32(PATCHBAY_WANT_TIME) != 0 || request.lists(Schema.timeName))
    }

    private mutating func text(_ bytes: patchbay_bytes, _ what: StaticString) throws(PluginError) -> String {
        guard bytes.length <= Self.textLimit, bytes.length <= textBudget else {
            throw Place(what).wrong("it has \(bytes.length) bytes, more than may be said")
        }
        textBudget -= bytes.length
        return try memory.text(at: bytes.address, count: bytes.length, Place(what))
    }
}

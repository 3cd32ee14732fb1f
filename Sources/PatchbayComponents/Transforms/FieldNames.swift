import PatchbayCore
import PatchbayPlugin

extension Schema {
    /// The position of a field that a transform names; throws when there is none of that name.
    func requiredIndex(of name: String, at position: ConfigPosition?) throws(PluginError) -> Int {
        if let index = index(of: name) { return index }
        if resolve(name) != nil {
            throw PluginError(
                .schema,
                "\(name.quotedForMessage) is a part of every record and not a field",
                configuration: position,
                advice: "'select' makes a field of it: select \(name) as another_name"
            )
        }
        throw unknownField(name, at: position)
    }

    func unknownField(_ name: String, at position: ConfigPosition?) -> PluginError {
        PluginError(
            .schema,
            "unknown field \(name.quotedForMessage)",
            configuration: position,
            advice: advice(forUnknown: name)
        )
    }

    /// The template after fields were renamed or taken away: a place of a field that is gone goes too. Nil when no
    /// place is left.
    func template(_ newName: (String) -> String?) -> String? {
        guard let textTemplate else { return nil }
        let bytes = Array(textTemplate.utf8)
        var result: [UInt8] = []
        var places = 0
        var at = 0
        while at < bytes.count {
            let isDouble = at + 1 < bytes.count && bytes[at + 1] == bytes[at]
            if bytes[at] == UInt8(ascii: "{"), !isDouble,
                let end = bytes[at...].firstIndex(of: UInt8(ascii: "}"))
            {
                let inner = bytes[(at + 1)..<end]
                let split = inner.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "|") } ?? end
                if let name = newName(String(decoding: bytes[(at + 1)..<split], as: UTF8.self)) {
                    result += [UInt8(ascii: "{")] + Array(name.utf8) + bytes[split...end]
                    places += 1
                }
                at = end + 1
            } else {
                let width = isDouble && (bytes[at] == UInt8(ascii: "{") || bytes[at] == UInt8(ascii: "}")) ? 2 : 1
                result += bytes[at..<at + width]
                at += width
            }
        }
        return places > 0 ? String(decoding: result, as: UTF8.self) : nil
    }
}

extension String {
    /// Whether it can stand in a text template as the name of a place.
    var isTemplateName: Bool {
        !isEmpty && !utf8.contains { "{}|:".utf8.contains($0) || $0 < 0x20 }
    }
}

extension Batch {
    /// The same records with other fields, which must fit `schema`.
    func replacing(fields: [Column], schema: Schema) -> Batch {
        Batch(
            schema: schema,
            count: count,
            key: key,
            value: value,
            time: time,
            fields: fields,
            origin: origin
        )
    }

    /// Throws when the batch has not the fields that `schema` says.
    func check(against schema: Schema) throws(PluginError) {
        let fits =
            self.schema === schema
            || (fields.count == schema.fields.count && zip(fields, schema.fields).allSatisfy { $0.type == $1.type }
                && (time != nil) == schema.hasTime && (key != nil) == schema.hasKey)
        guard fits else {
            throw PluginError(
                .schema,
                "a batch came with other fields than were agreed",
                cause: self.schema.fields.map(\.name).joined(separator: ", ")
            )
        }
    }
}

import CSimdjson
import PatchbayCore
import PatchbayPlugin

/// The types that members may be declared to have.
enum JSONField {
    static let types: [FieldType] = [.utf8, .word, .int64, .float64, .bool, .json]

    /// The field of an entry `name: type`.
    static func read(_ entry: ConfigNode.Entry) throws(PluginError) -> Field {
        guard let type = types.first(where: { $0.name == entry.value.string }) else {
            throw PluginError(
                .configuration,
                "the member '\(entry.key)' has no type that is known",
                configuration: entry.value.position ?? entry.position,
                advice: "known are \(types.map(\.name).joined(separator: ", "))"
            )
        }
        if entry.key == Schema.restName {
            throw PluginError(
                .configuration,
                "the name '\(Schema.restName)' stands for all other members",
                configuration: entry.position
            )
        }
        return Field(entry.key, type)
    }
}

/// The member that holds the record's time, and how.
struct JSONTime: Sendable {
    /// The member's name.
    let field: String
    /// Decimal digits between a second and the unit; nil for RFC 3339.
    private let digits: Int?

    /// `{field: NAME, format: FORMAT}`
    init(_ node: ConfigNode) throws(PluginError) {
        for entry in node.entries where entry.key != "field" && entry.key != "format" {
            throw PluginError(
                .configuration,
                "the option 'time' has no key '\(entry.key)'",
                configuration: entry.position,
                advice: "it has 'field' and 'format'"
            )
        }
        guard let name = node["field"]?.string else {
            throw PluginError(.configuration, "the option 'time' has no 'field'", configuration: node.position)
        }
        field = name
        switch node["format"]?.string ?? "rfc3339" {
        case "rfc3339": digits = nil
        case "s": digits = 0
        case "ms": digits = 3
        case "us": digits = 6
        case "ns": digits = 9
        case let other:
            throw PluginError(
                .configuration,
                "the time format '\(other)' is not known",
                configuration: node["format"]?.position,
                advice: "known are rfc3339, s, ms, us, ns"
            )
        }
    }

    /// The time that a value stands for; a number may also be written as a string.
    func nanoseconds(_ value: patchbay_json_value, in input: Buffer) -> Int64? {
        switch value.type {
        case .string:
            let text = input.bytes(at: value.content.lowerBound, count: value.content.count)
            return digits.map { EpochTime.nanoseconds(text, digits: $0) } ?? TimeText.nanoseconds(text)
        case .number:
            guard let digits else { return nil }
            return EpochTime.nanoseconds(input.bytes(at: Int(value.start), count: value.range.count), digits: digits)
        default: return nil
        }
    }
}

/// The three bytes that some programs begin UTF-8 text with.
enum ByteOrderMark {
    static let length = 3

    static func begins(_ text: Span<UInt8>) -> Bool {
        text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
    }
}

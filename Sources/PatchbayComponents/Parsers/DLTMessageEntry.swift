import PatchbayCore
import PatchbayDLT
import PatchbayPlugin

/// Reads one entry of the table of non-verbose messages:
/// `{id: 17, name: START, level: info, apid: APP, ctid: CTX, parts: ["speed ", uint16, " km/h"]}`.
///
/// A part is the name of a type, which stands for a value in the payload, or a mapping `{text: "uint16"}` or
/// `{type: uint16, name: speed, unit: km/h}`; any other text is constant.
enum DLTMessageEntry {
    private static let types: [String: TypeInfo] = [
        "bool": .bool, "string": .text, "raw": .raw,
        "int8": .signed(bytes: 1), "int16": .signed(bytes: 2), "int32": .signed(bytes: 4), "int64": .signed(bytes: 8),
        "uint8": .unsigned(bytes: 1), "uint16": .unsigned(bytes: 2), "uint32": .unsigned(bytes: 4),
        "uint64": .unsigned(bytes: 8), "float32": .float(bytes: 4), "float64": .float(bytes: 8),
    ]
    private static let levels = ["fatal", "error", "warn", "info", "debug", "verbose"]
    private static let keys = ["id", "name", "level", "apid", "ctid", "parts"]

    static func read(_ node: ConfigNode) throws(PluginError) -> MessageDescription {
        for entry in node.entries where !keys.contains(entry.key) {
            throw failure(
                "a message has no key '\(entry.key)'", entry.position, "it has \(keys.joined(separator: ", "))")
        }
        guard case .integer(let number)? = node["id"]?.content, let id = UInt32(exactly: number) else {
            throw failure("a message needs an 'id', a number of 32 bits", node["id"]?.position ?? node.position)
        }
        var parts: [MessageDescription.Part] = []
        for part in node["parts"]?.elements ?? [] { parts.append(try read(part: part)) }
        return MessageDescription(
            id: id,
            name: try text(node, "name"),
            info: try level(node),
            application: try identifier(node, "apid"),
            context: try identifier(node, "ctid"),
            parts: parts
        )
    }

    private static func read(part: ConfigNode) throws(PluginError) -> MessageDescription.Part {
        if let text = part.string { return types[text].map { .value($0) } ?? .text(text) }
        for entry in part.entries where !["text", "type", "name", "unit"].contains(entry.key) {
            throw failure("a part has no key '\(entry.key)'", entry.position, "it has text, or type, name and unit")
        }
        if let constant = try text(part, "text") { return .text(constant) }
        guard let name = try text(part, "type"), let type = types[name] else {
            throw failure("a part needs a 'text' or a known 'type'", part.position, "types are \(typeNames)")
        }
        return .value(
            type, name: try text(part, "name").map { .init($0) }, unit: try text(part, "unit").map { .init($0) })
    }

    private static var typeNames: String { types.keys.sorted().joined(separator: ", ") }

    private static func level(_ node: ConfigNode) throws(PluginError) -> MessageInfo? {
        guard let name = try text(node, "level") else { return nil }
        guard let index = levels.firstIndex(of: name) else {
            throw failure(
                "'\(name)' is no level", node["level"]?.position, "levels are \(levels.joined(separator: ", "))")
        }
        return .log(level: UInt8(index + 1))
    }

    private static func identifier(_ node: ConfigNode, _ key: String) throws(PluginError) -> String? {
        let name = try text(node, key)
        if let name, name.utf8.count > 4 || name.isEmpty {
            throw failure("'\(name)' is no \(key)", node[key]?.position, "an id has one to four characters")
        }
        return name
    }

    private static func text(_ node: ConfigNode, _ key: String) throws(PluginError) -> String? {
        guard let value = node[key] else { return nil }
        guard let text = value.string else {
            throw failure("'\(key)' is \(value.kindName), not text", value.position)
        }
        return text
    }

    private static func failure(
        _ message: String,
        _ position: ConfigPosition?,
        _ advice: String? = nil
    ) -> PluginError {
        PluginError(.configuration, message, configuration: position, advice: advice)
    }
}

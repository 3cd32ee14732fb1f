internal import PatchbayCore

extension MessageDescription {
    /// Reads one entry of the table of non-verbose messages:
    /// `{id: 17, name: START, level: info, apid: APP, ctid: CTX, parts: ["speed ", uint16, " km/h"]}`.
    ///
    /// A part is the name of a type, which stands for a value in the payload, or a mapping `{text: "uint16"}` or
    /// `{type: uint16, name: speed, unit: km/h}`; any other text is constant. Throws the first mistake.
    public init<Node: DescriptionNode>(_ node: Node) throws(DescriptionMistake<Node.Place>) {
        self = try DescriptionReader<Node>.read(node)
    }
}

private enum DescriptionReader<Node: DescriptionNode> {
    typealias Mistake = DescriptionMistake<Node.Place>

    static func read(_ node: Node) throws(Mistake) -> MessageDescription {
        for member in node.members where !keys.contains(member.key) {
            throw Mistake(
                message: "a message has no key '\(member.key)'", place: member.place, advice: "it has \(list(keys))")
        }
        let number = find(node, "id")
        guard let number, let value = number.integer, let id = UInt32(exactly: value) else {
            throw Mistake(message: "a message needs an 'id', a number of 32 bits", place: number?.place ?? node.place)
        }
        var parts: [MessageDescription.Part] = []
        for part in find(node, "parts")?.elements ?? [] { parts.append(try read(part: part)) }
        return MessageDescription(
            id: id,
            name: try text(node, "name"),
            info: try level(node),
            application: try identifier(node, "apid"),
            context: try identifier(node, "ctid"),
            parts: parts
        )
    }

    private static func read(part: Node) throws(Mistake) -> MessageDescription.Part {
        if let text = part.text { return type(text).map { .value($0) } ?? .text(text) }
        for member in part.members where !partKeys.contains(member.key) {
            throw Mistake(
                message: "a part has no key '\(member.key)'", place: member.place,
                advice: "it has text, or type, name and unit")
        }
        if let constant = try text(part, "text") { return .text(constant) }
        guard let name = try text(part, "type"), let type = type(name) else {
            throw Mistake(
                message: "a part needs a 'text' or a known 'type'", place: part.place,
                advice: "types are \(list(typeNames))")
        }
        return .value(
            type, name: try text(part, "name").map { .init($0) }, unit: try text(part, "unit").map { .init($0) })
    }

    private static func level(_ node: Node) throws(Mistake) -> MessageInfo? {
        guard let name = try text(node, "level") else { return nil }
        guard let index = levels.firstIndex(of: name) else {
            throw Mistake(
                message: "'\(name)' is no level", place: find(node, "level")?.place,
                advice: "levels are \(list(levels))")
        }
        return .log(level: UInt8(index + 1))
    }

    private static func identifier(_ node: Node, _ key: String) throws(Mistake) -> String? {
        let name = try text(node, key)
        if let name, name.utf8.count > 4 || name.isEmpty {
            throw Mistake(
                message: "'\(name)' is no \(key)", place: find(node, key)?.place,
                advice: "an id has one to four characters")
        }
        return name
    }

    private static func text(_ node: Node, _ key: String) throws(Mistake) -> String? {
        guard let value = find(node, key) else { return nil }
        guard let text = value.text else {
            throw Mistake(message: "'\(key)' is \(value.kindName), not text", place: value.place)
        }
        return text
    }

    private static func find(_ node: Node, _ key: String) -> Node? { node.members.first { $0.key == key }?.value }

    private static func list(_ words: [String]) -> String {
        var text = ""
        for word in words { text += text.isEmpty ? word : ", \(word)" }
        return text
    }

    private static var keys: [String] { ["id", "name", "level", "apid", "ctid", "parts"] }
    private static var partKeys: [String] { ["text", "type", "name", "unit"] }
    private static var levels: [String] { ["fatal", "error", "warn", "info", "debug", "verbose"] }
    private static var typeNames: [String] {
        [
            "bool", "float32", "float64", "int16", "int32", "int64", "int8", "raw", "string", "uint16", "uint32",
            "uint64", "uint8",
        ]
    }

    private static func type(_ name: String) -> TypeInfo? {
        switch name {
        case "bool": .bool
        case "string": .text
        case "raw": .raw
        case "int8": .signed(bytes: 1)
        case "int16": .signed(bytes: 2)
        case "int32": .signed(bytes: 4)
        case "int64": .signed(bytes: 8)
        case "uint8": .unsigned(bytes: 1)
        case "uint16": .unsigned(bytes: 2)
        case "uint32": .unsigned(bytes: 4)
        case "uint64": .unsigned(bytes: 8)
        case "float32": .float(bytes: 4)
        case "float64": .float(bytes: 8)
        default: nil
        }
    }
}

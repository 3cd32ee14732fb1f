internal import PatchbayCore
internal import PatchbayPlugin

/// A JSON Schema (draft 2020-12) that values are checked against.
///
/// All keywords that assert something are known, but `$dynamicRef` and references to other documents, which are an
/// error when a value gets to them. `format` and the content keywords say nothing here, as the draft has it by default.
/// A schema may be hostile: nesting and work are limited, references may go in circles.
struct JSONSchema: Sendable {
    /// The document.
    let root: ConfigNode
    /// The schemas within that have an `$id` (as it is written) or an `$anchor` (behind `#`).
    private let named: [String: ConfigNode]

    /// Takes a schema from text; `name` stands in messages.
    init(_ text: Bytes, name: String) throws(PluginError) {
        self.init(try JSONReader.read(text, file: name, sizeLimit: 4 << 20, depthLimit: 100))
    }

    /// Takes a schema from a tree.
    init(_ root: ConfigNode) {
        self.root = root
        var named: [String: ConfigNode] = [:]
        Self.collect(root, into: &named)
        self.named = named
    }

    /// What is wrong with `value`, the first thing found; nil when it fits.
    func problem(with value: ConfigNode) throws(PluginError) -> SchemaProblem? {
        var check = SchemaCheck(self)
        var seen = SchemaCheck.Seen()
        return try check.check(value, root, within: root, &seen)
    }

    /// The schema that `reference` names where the nearest schema with an `$id` is `base`.
    func resolve(_ reference: String, within base: ConfigNode) throws(PluginError) -> (ConfigNode, base: ConfigNode) {
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var start = base
        if let document = parts.first, !document.isEmpty {
            guard let other = named[document] else {
                throw PluginError(
                    .unsupported, "the schema refers to \(reference.quotedForMessage), which is not in it")
            }
            start = other
        }
        let fragment = parts.count > 1 ? parts[1] : ""
        if fragment.isEmpty { return (start, start) }
        if !fragment.hasPrefix("/"), let anchor = named["#" + fragment] { return (anchor, start) }
        if let found = Self.follow(fragment, from: start) { return (found, start) }
        if let found = Self.follow(fragment, from: root) { return (found, root) }
        throw PluginError(.invalidResult, "the schema refers to \(reference.quotedForMessage), which is not in it")
    }

    /// Follows a JSON pointer (RFC 6901), percent-encoded as in a fragment.
    private static func follow(_ pointer: String, from node: ConfigNode) -> ConfigNode? {
        guard pointer.hasPrefix("/") else { return nil }
        var node = node
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let key = decoded(part)
            switch node.content {
            case .map: guard let next = node[key] else { return nil }; node = next
            case .list(let elements):
                guard let index = Int(key), elements.indices.contains(index) else { return nil }
                node = elements[index]
            default: return nil
            }
        }
        return node
    }

    private static func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "~"), rest.first == UInt8(ascii: "1") {
                bytes.append(UInt8(ascii: "/"))
                rest = rest.dropFirst()
            } else if byte == UInt8(ascii: "~"), rest.first == UInt8(ascii: "0") {
                bytes.append(UInt8(ascii: "~"))
                rest = rest.dropFirst()
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func collect(_ node: ConfigNode, into named: inout [String: ConfigNode]) {
        for entry in node.entries {
            if entry.key == "$id", let id = entry.value.string { named[id] = node }
            if entry.key == "$anchor", let anchor = entry.value.string { named["#" + anchor] = node }
            collect(entry.value, into: &named)
        }
        for element in node.elements { collect(element, into: &named) }
    }
}

/// What is wrong with a value. Never shows the value: it may be a secret.
struct SchemaProblem: Equatable, CustomStringConvertible {
    /// Where in the value, as a JSON pointer; empty for all of it.
    let place: String
    /// What is wrong there.
    let message: String

    /// Place and message.
    var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

/// A place in a configuration file. Lines and columns count from 1.
public struct ConfigPosition: Sendable, Equatable, CustomStringConvertible {
    /// The file's path as the user wrote it, or a name such as `command line`.
    public var file: String
    /// The line.
    public var line: Int
    /// The column, in characters.
    public var column: Int

    /// A place.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`, or the file alone when there is no line.
    public var description: String { line > 0 ? "\(file):\(line):\(column)" : file }
}

/// A value of a configuration, which knows where it was written.
public struct ConfigNode: Sendable {
    /// What it is.
    public indirect enum Content: Sendable {
        /// Nothing.
        case null
        /// A truth value.
        case bool(Bool)
        /// A whole number.
        case integer(Int64)
        /// Any other number.
        case number(Double)
        /// Text.
        case string(String)
        /// A sequence.
        case list([ConfigNode])
        /// A mapping, in the order it was written.
        case map([Entry])
    }

    /// One key and its value.
    public struct Entry: Sendable {
        /// The key.
        public var key: String
        /// Where the key stands.
        public var position: ConfigPosition?
        /// The value.
        public var value: ConfigNode

        /// An entry.
        public init(key: String, position: ConfigPosition? = nil, value: ConfigNode) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    /// What it is.
    public var content: Content
    /// Where it was written; nil for values made in code.
    public var position: ConfigPosition?
    /// How a truth value or a number was written, so that an option that takes text gets `007` and not `7`.
    public var spelling: String?
    /// Whether it stands in the file as it is or came from outside.
    public var provenance = Provenance.written

    /// Where a value comes from.
    public enum Provenance: Sendable {
        /// It was written in the configuration, or made in code.
        case written
        /// Text from a variable or a file: it may be a secret, so no message shows it.
        case substituted
        /// It names a variable or a file that is not there.
        case unresolved
    }

    /// A value.
    public init(_ content: Content, at position: ConfigPosition? = nil) {
        self.content = content
        self.position = position
    }

    /// The value of `key` in a mapping.
    public subscript(key: String) -> ConfigNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The entries of a mapping, otherwise none.
    public var entries: [Entry] {
        if case .map(let entries) = content { return entries }
        return []
    }

    /// The elements of a list, otherwise none.
    public var elements: [ConfigNode] {
        if case .list(let elements) = content { return elements }
        return []
    }

    /// The text of a string.
    public var string: String? {
        if case .string(let text) = content { return text }
        return nil
    }

    /// Whether it is nothing.
    public var isNull: Bool {
        if case .null = content { return true }
        return false
    }

    /// Whether it and everything in it is known: no variable or file that it names was missing.
    public var isResolved: Bool {
        guard provenance != .unresolved else { return false }
        return switch content {
        case .list(let elements): elements.allSatisfy(\.isResolved)
        case .map(let entries): entries.allSatisfy(\.value.isResolved)
        default: true
        }
    }

    /// The name of the kind of value, for messages.
    public var kindName: String {
        switch content {
        case .null: "nothing"
        case .bool: "a truth value"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "text"
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}

extension ConfigNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self.init(.string(value)) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self.init(.integer(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    /// A number.
    public init(floatLiteral value: Double) { self.init(.number(value)) }
    /// A list.
    public init(arrayLiteral elements: ConfigNode...) { self.init(.list(elements)) }
    /// A mapping.
    public init(dictionaryLiteral elements: (String, ConfigNode)...) {
        self.init(.map(elements.map { Entry(key: $0.0, value: $0.1) }))
    }
}

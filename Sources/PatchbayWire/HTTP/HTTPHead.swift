internal import PatchbayCore

/// The header fields of a message, in their order. Names are compared without regard to case.
public struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field.
    public struct Field: Sendable, Equatable {
        /// The name as it was written.
        public let name: String
        /// The value without spaces around it.
        public let value: String
    }

    /// All fields.
    public private(set) var all: [Field] = []

    /// No fields.
    public init() {}

    /// These fields.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// Adds a field. Line ends and other control characters in a value become spaces.
    public mutating func append(_ name: String, _ value: String) {
        let clean = value.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        all.append(
            Field(
                name: name,
                value: clean
                    ? String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self) : value))
    }

    /// The first field of a name; nil when there is none.
    public subscript(name: String) -> String? {
        all.first { Self.areAlike($0.name, name) }?.value
    }

    /// A field that must be a whole number, if it is there.
    public func number(_ name: String) throws(WireError) -> UInt64? {
        guard let text = self[name] else { return nil }
        guard let number = UInt64(text), text.utf8.first != UInt8(ascii: "+") else {
            throw WireError(.malformed, "the header '\(name)' is no number: '\(text.prefix(40))'")
        }
        return number
    }

    /// The words of a list with commas: `last, discarded`.
    public func words(_ name: String) -> [String] {
        guard let text = self[name] else { return [] }
        return text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }).map(String.init)
    }

    static func areAlike(_ a: String, _ b: String) -> Bool {
        let (a, b) = (a.utf8, b.utf8)
        return a.count == b.count && zip(a, b).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

/// The first part of a message: its first line and its fields.
public struct HTTPHead: Sendable {
    /// Most bytes of a head.
    static let sizeLimit = 64 << 10
    /// Most fields of a head.
    static let fieldLimit = 128

    /// The three parts of the first line: method, target and version, or version, status and reason.
    let line: (String, String, String)
    /// The fields.
    public let fields: HTTPFields

    /// The method of a request.
    public var method: String { line.0 }
    /// What a request is for, with its query: `/v1/filter`.
    public var target: String { line.1 }
    /// The status of an answer.
    public var status: Int { Int(line.1) ?? 0 }

    /// Reads the head in `bytes`, which ends with an empty line.
    init(_ bytes: Span<UInt8>) throws(WireError) {
        var lines = HeadLines(bytes: bytes)
        guard let range = lines.next() else { throw WireError(.malformed, "the message has no first line") }
        let first = String(decoding: bytes.extracting(range))
        let words = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 2 else {
            throw WireError(.malformed, "'\(first.prefix(60))' does not begin a message of HTTP")
        }
        line = (words[0], words[1], words.count > 2 ? words[2] : "")
        var fields = HTTPFields()
        while let range = lines.next() {
            if range.isEmpty { break }
            let text = String(decoding: bytes.extracting(range))
            guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
                text.utf8.first != 0x20, text.utf8.first != 0x09
            else { throw WireError(.malformed, "'\(text.prefix(60))' is no header") }
            guard fields.all.count < Self.fieldLimit else { throw WireError(.tooLarge, "too many headers") }
            fields.append(String(text[..<colon]), Self.trimmed(text[text.utf8.index(after: colon)...]))
        }
        self.fields = fields
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var view = text.utf8.drop(while: isSpace)
        while let last = view.last, isSpace(last) { view.removeLast() }
        return String(Substring(view))
    }
}

/// The lines of a head; carriage returns before line ends do not belong to them.
private struct HeadLines: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var at = 0

    @_lifetime(copy bytes)
    init(bytes: Span<UInt8>) { self.bytes = bytes }

    mutating func next() -> Range<Int>? {
        guard at < bytes.count else { return nil }
        let start = at
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        let end = at > start && bytes[at - 1] == 0x0D ? at - 1 : at
        at += 1
        return start..<end
    }
}

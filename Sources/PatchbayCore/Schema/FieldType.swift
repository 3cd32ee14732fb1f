/// The type of a column. Each has a fixed Apache Arrow layout (Arrow columnar format 1.4).
public enum FieldType: Sendable, Hashable, BitwiseCopyable {
    /// Signed 64-bit numbers.
    case int64
    /// IEEE 754 double precision.
    case float64
    /// One bit per row, least significant first.
    case bool
    /// UTF-8 text.
    case utf8
    /// Any bytes.
    case binary
    /// UTF-8 text that repeats: 32-bit indices into a ``WordList``.
    case word
    /// Nanoseconds since 1970-01-01T00:00:00Z, signed 64 bit.
    case timestamp
    /// UTF-8 text that holds one JSON value.
    case json
    /// Text keys to values; the values are JSON when `json` is true, plain text otherwise.
    case map(json: Bool)

    /// The name used in messages, configuration and JSON.
    public var name: String {
        switch self {
        case .int64: "int64"
        case .float64: "float64"
        case .bool: "bool"
        case .utf8: "utf8"
        case .binary: "binary"
        case .word: "word"
        case .timestamp: "timestamp"
        case .json: "json"
        case .map(json: false): "map"
        case .map(json: true): "json_map"
        }
    }

    /// The type called `name`; nil when there is none.
    public init?(name: String) {
        let all: [FieldType] = [
            .int64, .float64, .bool, .utf8, .binary, .word, .timestamp, .json, .map(json: false), .map(json: true),
        ]
        guard let type = all.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        self = type
    }

    /// Whether the column stores one range of bytes per row.
    @inlinable
    public var isVariable: Bool {
        switch self {
        case .utf8, .binary, .json: true
        default: false
        }
    }

    /// Whether a value is text for a reader: what `contains` and `matches` work on.
    @inlinable
    public var isText: Bool {
        switch self {
        case .utf8, .word, .json: true
        default: false
        }
    }
}

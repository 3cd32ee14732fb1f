/// One value of any type, as row views and tests see it.
public indirect enum Value: Sendable {
    /// No value.
    case null
    /// A whole number.
    case int64(Int64)
    /// A floating-point number.
    case float64(Double)
    /// A truth value.
    case bool(Bool)
    /// UTF-8 text, also for dictionary-encoded columns.
    case utf8(Bytes)
    /// Any bytes.
    case binary(Bytes)
    /// JSON text.
    case json(Bytes)
    /// Nanoseconds since the epoch.
    case timestamp(Int64)
    /// Keys and values in their order.
    case map([Entry])

    /// One entry of a map value.
    public struct Entry: Sendable {
        /// The key.
        public let key: Value
        /// The value.
        public let value: Value

        /// An entry.
        public init(_ entry: (Value, Value)) {
            key = entry.0
            value = entry.1
        }
    }

    /// The bytes of a text, binary or JSON value.
    public var bytes: Bytes? {
        switch self {
        case .utf8(let bytes), .binary(let bytes), .json(let bytes): bytes
        default: nil
        }
    }

    /// The text of a text or JSON value, repaired where it is not UTF-8.
    public var text: String? { bytes?.text }
}

extension Value: Equatable {
    /// Equality of type and content; a NaN equals itself.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.int64(let a), .int64(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.float64(let a), .float64(let b)): a.bitPattern == b.bitPattern || a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.utf8(let a), .utf8(let b)), (.binary(let a), .binary(let b)), (.json(let a), .json(let b)):
            a.span.elementsEqual(b.span)
        case (.map(let a), .map(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

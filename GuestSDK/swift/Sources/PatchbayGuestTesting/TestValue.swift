internal import CPatchbayGuest

/// A value of a record in a test.
public enum TestValue: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// No value.
    case null
    /// A whole number.
    case int(Int64)
    /// A floating-point number.
    case double(Double)
    /// A truth value.
    case bool(Bool)
    /// UTF-8 text.
    case text(String)
    /// UTF-8 text, as a word of a dictionary.
    case word(String)
    /// The text of a JSON value.
    case json(String)
    /// The value of an input column that a transform passes through: its number.
    case inherited(Int)

    /// Text.
    public init(stringLiteral text: String) { self = .text(text) }
    /// A whole number.
    public init(integerLiteral number: Int64) { self = .int(number) }

    var type: patchbay_type {
        switch self {
        case .null, .text, .inherited: PATCHBAY_UTF8
        case .int: PATCHBAY_INT64
        case .double: PATCHBAY_FLOAT64
        case .bool: PATCHBAY_BOOL
        case .word: PATCHBAY_WORD
        case .json: PATCHBAY_JSON
        }
    }

    var number: Int64 { if case .int(let number) = self { number } else { 0 } }

    var fraction: Double { if case .double(let number) = self { number } else { 0 } }

    var string: String {
        switch self {
        case .text(let text), .word(let text), .json(let text): text
        default: ""
        }
    }
}

/// A record of a test: a value and fields.
public struct TestRecord: Sendable {
    /// The value.
    public var value: String
    /// The fields, the same in all records of a call.
    public var fields: [(name: String, value: TestValue)]

    /// A record.
    public init(_ value: String, _ fields: KeyValuePairs<String, TestValue> = [:]) {
        self.value = value
        self.fields = fields.map { (name: $0.key, value: $0.value) }
    }
}

/// What a plugin says is wrong with a record.
public struct TestError: Equatable, Sendable {
    /// The record's number in its batch.
    public let row: Int
    /// Why.
    public let message: String

    /// An error.
    public init(row: Int, message: String) {
        self.row = row
        self.message = message
    }
}

/// Why a call failed.
public struct TestFailure: Error, Equatable {
    /// A status of the ABI, below 0.
    public let status: Int32
    /// What the plugin says.
    public let message: String

    /// A failure.
    public init(status: Int32, message: String) {
        self.status = status
        self.message = message
    }
}

internal import CPatchbayGuest

/// One JSON value (RFC 8259), read in place from borrowed bytes; nothing is made until it is asked for.
///
///     let user = JSONView(record.value)["user"]
///     if user["name"] == "Ann", let age = user["age"].int { … }
///
/// What is stepped over on the way is checked: in text that is not JSON nothing is found. UTF-8 is not checked. Arrays and
/// objects may lie 256 deep in each other.
@safe
public struct JSONView: ~Escapable {
    /// What a value is.
    public enum Kind: Sendable {
        /// No value: not found, or the text is no JSON.
        case missing
        /// `null`.
        case null
        /// `true` or `false`.
        case bool
        /// A number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    /// The text of the value as it stands, without space around it; empty when it is missing.
    public let bytes: Span<UInt8>

    /// The value in `text`, which is looked at only as far as needed. See ``init(checking:)``.
    @_lifetime(copy text)
    public init(_ text: Span<UInt8>) {
        var start = 0
        var end = text.count
        while start < end, Self.isSpace(text[start]) { start += 1 }
        while end > start, Self.isSpace(text[end - 1]) { end -= 1 }
        bytes = text.extracting(start..<end)
    }

    /// The JSON text of a field or value of a record.
    @_lifetime(copy field)
    public init(_ field: FieldView) {
        self.init(field.bytes)
    }

    /// The value in `text`; throws when it is not JSON from the first byte to the last.
    @_lifetime(copy text)
    public init(checking text: Span<UInt8>) throws(JSONError) {
        var place = 0
        let state = unsafe text.withUnsafeBufferPointer {
            unsafe patchbay_guest_json_check($0.baseAddress, $0.count, &place)
        }
        if state < 0 { throw JSONError(state, place) }
        self.init(text)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// What the value is, by its first byte.
    public var kind: Kind {
        guard bytes.count > 0 else { return .missing }
        switch bytes[0] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default:
            if bytes.isSame("null") { return .null }
            return bytes.isSame("true") || bytes.isSame("false") ? .bool : .missing
        }
    }

    /// The member of an object; the last one when several are called so. Missing when there is none.
    public subscript(name: StaticString) -> JSONView {
        @_lifetime(copy self)
        get {
            var entry = patchbay_guest_json_entry()
            let isFound = unsafe bytes.withUnsafeBufferPointer {
                unsafe patchbay_guest_json_find(
                    $0.baseAddress, $0.count, name.utf8Start, name.utf8CodeUnitCount, &entry)
            }
            return JSONView(bytes.extracting(isFound != 0 ? entry.start..<entry.end : 0..<0))
        }
    }

    /// The member of an object whose name these bytes are, escaped no more; otherwise as with a literal.
    public subscript(name: Span<UInt8>) -> JSONView {
        @_lifetime(copy self)
        get {
            var entry = patchbay_guest_json_entry()
            let isFound = unsafe bytes.withUnsafeBufferPointer { json in
                unsafe name.withUnsafeBufferPointer { name in
                    unsafe patchbay_guest_json_find(
                        json.baseAddress, json.count, name.baseAddress, name.count, &entry)
                }
            }
            return JSONView(bytes.extracting(isFound != 0 ? entry.start..<entry.end : 0..<0))
        }
    }

    /// Whether this is a string that equals `text`, its escapes resolved.
    public func equals(_ text: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { json in
            unsafe text.withUnsafeBufferPointer { text in
                unsafe patchbay_guest_text_equals(json.baseAddress, json.count, text.baseAddress, text.count, 1) != 0
            }
        }
    }

    /// Whether this is a string that equals the literal, its escapes resolved.
    public static func == (left: JSONView, right: StaticString) -> Bool {
        unsafe left.bytes.withUnsafeBufferPointer {
            unsafe patchbay_guest_text_equals($0.baseAddress, $0.count, right.utf8Start, right.utf8CodeUnitCount, 1)
                != 0
        }
    }

    /// Whether this is no string that equals the literal.
    public static func != (left: JSONView, right: StaticString) -> Bool { !(left == right) }
}

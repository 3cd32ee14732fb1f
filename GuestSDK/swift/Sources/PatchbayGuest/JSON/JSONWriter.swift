internal import CPatchbayGuest

/// Writes JSON text (RFC 8259) to the end of a ``ByteWriter``: commas, colons and escapes are its work.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.member("name", record["name"].bytes)
///     json.member("age", 41)
///     json.endObject()
///     output.set("value", json.bytes)
public struct JSONWriter: ~Copyable {
    private var text = ByteWriter()
    /// Whether a comma goes before the next value.
    private var needsComma = false

    /// An empty one.
    public init() {}

    /// Forgets the text and keeps the memory.
    public mutating func removeAll() {
        text.removeAll()
        needsComma = false
    }

    /// What was written; valid until the next change.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { text.bytes }
    }

    private mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        text.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        text.append(bracket)
        needsComma = true
    }

    /// Begins an object: as the whole value, an element, or behind ``name(_:)``.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Ends the object.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Begins an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Ends the array.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes the name of a member, whose value comes next.
    public mutating func name(_ name: StaticString) {
        separate()
        text.append(jsonString: unsafe Span(_unsafeLiteral: name))
        text.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes the name of a member, whose value comes next.
    public mutating func name(_ name: Span<UInt8>) {
        separate()
        text.append(jsonString: name)
        text.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string. Bytes from 0x80 up are taken as they are: they should be UTF-8.
    public mutating func value(_ value: Span<UInt8>) {
        separate()
        text.append(jsonString: value)
    }

    /// Writes a string.
    public mutating func value(_ value: StaticString) { self.value(unsafe Span(_unsafeLiteral: value)) }

    /// Writes a number.
    public mutating func value(_ value: Int64) {
        separate()
        text.append(decimal: value)
    }

    /// Writes a number; null for infinities and what is no number, for which JSON has no words.
    @_disfavoredOverload
    public mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        text.append(value)
    }

    /// Writes a truth value.
    public mutating func value(_ value: Bool) {
        separate()
        text.append(value ? "true" : "false")
    }

    /// Writes `null`.
    public mutating func null() {
        separate()
        text.append("null")
    }

    /// Writes text that is JSON already; a missing view becomes `null`.
    public mutating func value(_ value: JSONView) {
        separate()
        if value.bytes.count == 0 { text.append("null") } else { text.append(value.bytes) }
    }

    /// Writes a member with a string.
    public mutating func member(_ name: StaticString, _ value: Span<UInt8>) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member with a string.
    public mutating func member(_ name: StaticString, _ value: StaticString) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member with a number.
    public mutating func member(_ name: StaticString, _ value: Int64) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member with a number.
    @_disfavoredOverload
    public mutating func member(_ name: StaticString, _ value: Double) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member with a truth value.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member with a value of other JSON text.
    public mutating func member(_ name: StaticString, _ value: JSONView) {
        self.name(name)
        self.value(value)
    }
}

extension ByteWriter {
    /// Appends a JSON string with its quotes. Bytes from 0x80 up are taken as they are.
    public mutating func append(jsonString bytes: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        var place = 0
        while place < bytes.count {
            let rest = bytes.extracting(droppingFirst: place)
            let plain = unsafe rest.withUnsafeBufferPointer {
                unsafe patchbay_guest_json_plain($0.baseAddress, $0.count)
            }
            append(rest.extracting(first: plain))
            place += plain
            if place < bytes.count { appendEscaped(bytes[place]) }
            place += 1
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u")
            append(hexadecimal: UInt64(byte), width: 4)
        }
    }
}

extension Span where Element == UInt8 {
    /// The bytes of a literal, which live as long as the module.
    @unsafe
    @_lifetime(immortal)
    fileprivate init(_unsafeLiteral text: StaticString) {
        let buffer = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let span = unsafe Span(_unsafeElements: buffer)
        self = unsafe _overrideLifetime(span, borrowing: ())
    }
}

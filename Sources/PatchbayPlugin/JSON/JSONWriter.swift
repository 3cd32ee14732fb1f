public import PatchbayCore

/// Writes JSON (RFC 8259) to memory. Commas and colons come by themselves; the caller opens and closes what it wants.
///
///     var json = JSONWriter(isIndented: true)
///     json.object { json in
///         json.member("name", "dlt")
///         json.key("ports")
///         json.array { $0.value(3490) }
///     }
///     let bytes = json.finish()
public struct JSONWriter: ~Copyable {
    private var output: ByteBuffer
    private let isIndented: Bool
    private var depth = 0
    /// Whether the next value or key is the first of its object or array.
    private var isFirst = true
    /// Whether a key was written whose value is still to come.
    private var awaitsValue = false

    /// A writer.
    /// - Parameter isIndented: two spaces per level and one member a line; otherwise everything on one line.
    public init(isIndented: Bool = false) {
        output = ByteBuffer()
        self.isIndented = isIndented
    }

    /// The bytes written; nothing was copied.
    public consuming func finish() -> Bytes { output.finish() }

    /// Writes an object; `members` writes its keys and values.
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try nested(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), members)
    }

    /// Writes an array; `elements` writes its values.
    public mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        try nested(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), elements)
    }

    /// Writes the key of the value that follows.
    public mutating func key(_ name: String) {
        separate()
        output.append(jsonString: name)
        output.append(UInt8(ascii: ":"))
        if isIndented { output.append(UInt8(ascii: " ")) }
        awaitsValue = true
    }

    /// Writes text.
    public mutating func value(_ text: String) {
        separate()
        output.append(jsonString: text)
    }

    /// Writes text in UTF-8; what is not valid becomes U+FFFD.
    public mutating func value(utf8 text: Span<UInt8>) {
        separate()
        output.append(jsonString: text)
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int64) {
        separate()
        output.append(decimal: number)
    }

    /// Writes a whole number.
    public mutating func value(_ number: UInt64) {
        separate()
        output.append(decimal: number)
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int) { value(Int64(number)) }

    /// Writes a number in the shortest form that reads back as the same; NaN and the infinities become null.
    public mutating func value(_ number: Double) {
        separate()
        output.append(json: number)
    }

    /// Writes a truth value.
    public mutating func value(_ flag: Bool) {
        separate()
        if flag { output.append(literal: "true") } else { output.append(literal: "false") }
    }

    /// Writes null.
    public mutating func null() {
        separate()
        output.append(literal: "null")
    }

    /// Writes bytes that are one JSON value already; they are not checked.
    public mutating func value(json: Span<UInt8>) {
        separate()
        output.append(json)
    }

    // MARK: Members

    /// Writes a key with text.
    public mutating func member(_ name: String, _ text: String) {
        key(name)
        value(text)
    }

    /// Writes a key with a whole number.
    public mutating func member(_ name: String, _ number: Int) {
        key(name)
        value(number)
    }

    /// Writes a key with a whole number.
    public mutating func member(_ name: String, _ number: Int64) {
        key(name)
        value(number)
    }

    /// Writes a key with a whole number.
    public mutating func member(_ name: String, _ number: UInt64) {
        key(name)
        value(number)
    }

    /// Writes a key with a number.
    public mutating func member(_ name: String, _ number: Double) {
        key(name)
        value(number)
    }

    /// Writes a key with a truth value.
    public mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        value(flag)
    }

    /// Writes a key with a list of texts.
    public mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        array { json in
            for text in texts { json.value(text) }
        }
    }

    // MARK: Layout

    private mutating func nested<Failure: Error>(
        open: UInt8,
        close: UInt8,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        separate()
        output.append(open)
        depth += 1
        isFirst = true
        try body(&self)
        depth -= 1
        if !isFirst { breakLine() }
        output.append(close)
        isFirst = false
    }

    /// What stands between two values, or between a value and what it stands in.
    private mutating func separate() {
        if awaitsValue {
            awaitsValue = false
            return
        }
        if !isFirst, depth > 0 { output.append(UInt8(ascii: ",")) }
        if depth > 0 { breakLine() } else if !isFirst { output.append(UInt8(ascii: "\n")) }
        isFirst = false
    }

    private mutating func breakLine() {
        guard isIndented else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(repeating: UInt8(ascii: " "), count: 2 * depth)
    }
}

extension ByteBuffer {
    /// Appends a number in the shortest decimal form that reads back as the same; NaN and the infinities, which JSON
    /// does not have, become `null`.
    public mutating func append(json number: Double) {
        if number.isFinite { append(shortest: number) } else { append(literal: "null") }
    }
}

internal import CPatchbayGuest

extension JSONView {
    /// Whether the value is `null`, or missing.
    public var isNull: Bool { kind == .null || kind == .missing }

    /// A whole number, written without fraction and exponent; nil when it is none.
    public var int: Int64? { kind == .number ? Int64(decimal: bytes) : nil }

    /// A number; nil when it is none.
    public var double: Double? { kind == .number ? Double(decimal: bytes) : nil }

    /// A truth value; nil when it is none.
    public var bool: Bool? { kind == .bool ? bytes.isSame("true") : nil }

    /// The string between its quotes when it has no escapes; nil when it has some or is none. See ``string(into:)``.
    public var plainString: Span<UInt8>? {
        @_lifetime(copy self)
        get {
            guard kind == .string, bytes.count >= 2 else { return nil }
            let text = bytes.extracting(1..<(bytes.count - 1))
            return text.firstIndex(of: UInt8(ascii: "\\")) == nil ? text : nil
        }
    }

    /// Appends the string that the value stands for, its escapes resolved; false when it is none. Half a surrogate pair
    /// becomes U+FFFD.
    public func string(into writer: inout ByteWriter) -> Bool {
        guard kind == .string, bytes.count >= 2 else { return false }
        if let plain = plainString {
            writer.append(plain)
            return true
        }
        let text = bytes.extracting(1..<(bytes.count - 1))
        unsafe text.withUnsafeBufferPointer { from in
            guard var place = from.baseAddress else { return }
            let end = unsafe place + from.count
            // Four bytes at most, the first one lowest.
            var character: UInt32 = 0
            while unsafe place < end {
                unsafe place = patchbay_guest_json_character(place, end, &character)
                repeat {
                    writer.append(UInt8(truncatingIfNeeded: character))
                    character >>= 8
                } while character != 0
            }
        }
        return true
    }

    /// The members of an object or the elements of an array; none for other values.
    public var entries: JSONEntries {
        @_lifetime(copy self)
        get { JSONEntries(bytes) }
    }
}

/// Walks over the members of an object or the elements of an array.
///
///     var entries = view.entries
///     while entries.next() { use(entries.name, entries.value) }
///     if let error = entries.error { … }
@safe
public struct JSONEntries: ~Escapable {
    private let bytes: Span<UInt8>
    private var entry = patchbay_guest_json_entry()
    private var place = 0
    private var state: Int32 = 1

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Goes to the next one; false at the end, and where the text is no JSON.
    @_lifetime(self: copy self)
    public mutating func next() -> Bool {
        guard state > 0 else { return false }
        var (place, entry) = (self.place, self.entry)
        state = unsafe bytes.withUnsafeBufferPointer {
            unsafe patchbay_guest_json_next($0.baseAddress, $0.count, &place, &entry)
        }
        (self.place, self.entry) = (place, state > 0 ? entry : patchbay_guest_json_entry())
        return state > 0
    }

    /// What stopped the walk; nil as long as the text is JSON. The position counts from the bracket.
    public var error: JSONError? { state < 0 ? JSONError(state, place) : nil }

    /// The name of the member at hand, as a JSON string; missing for elements.
    public var name: JSONView {
        @_lifetime(copy self)
        get { JSONView(bytes.extracting(entry.name_start..<entry.name_end)) }
    }

    /// The value at hand.
    public var value: JSONView {
        @_lifetime(copy self)
        get { JSONView(bytes.extracting(entry.start..<entry.end)) }
    }
}

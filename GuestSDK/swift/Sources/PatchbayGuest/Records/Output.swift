public import CPatchbayGuest

/// A field that a plugin makes: name, type and what is known of it.
public struct FieldSpec {
    let name: StaticString
    let type: UInt32
    let summary: StaticString
    var isOnDemand = false

    private init(_ name: StaticString, _ type: patchbay_type, _ summary: StaticString) {
        self.name = name
        self.type = UInt32(truncatingIfNeeded: type.rawValue)
        self.summary = summary
    }

    /// Signed 64-bit numbers.
    public static func int(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_INT64, summary)
    }
    /// Floating-point numbers.
    public static func double(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_FLOAT64, summary)
    }
    /// Truth values.
    public static func bool(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_BOOL, summary)
    }
    /// UTF-8 text.
    public static func text(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_UTF8, summary)
    }
    /// Any bytes.
    public static func bytes(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_BINARY, summary)
    }
    /// Text that repeats, such as levels and names: each is stored once.
    public static func word(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_WORD, summary)
    }
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public static func timestamp(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_TIMESTAMP, summary)
    }
    /// The text of one JSON value.
    public static func json(_ name: StaticString, _ summary: StaticString = "") -> FieldSpec {
        FieldSpec(name, PATCHBAY_JSON, summary)
    }

    /// The same field, made only when somebody asks for it by name.
    public var onDemand: FieldSpec {
        var copy = self
        copy.isOnDemand = true
        return copy
    }
}

/// Where a plugin puts its records: set what a record has, then ``emit()`` it.
///
/// `value`, `key` and `time` are columns as the fields are. In a transform a column that is not set keeps what the input
/// has; nothing is copied for columns that no record of a batch sets. Setting a column that does not exist, because
/// nobody asked for it, does nothing; a value that does not fit the column makes the record an error.
@safe
public struct Output: ~Escapable {
    @usableFromInline let address: UnsafeMutablePointer<patchbay_guest_output>

    @usableFromInline
    @_lifetime(immortal)
    init(_ address: UnsafeMutablePointer<patchbay_guest_output>) {
        unsafe self.address = address
    }

    /// Sets a number.
    @inlinable
    public func set(_ name: StaticString, _ value: Int64) {
        unsafe patchbay_guest_set_integer(address, name.utf8Start, name.utf8CodeUnitCount, value)
    }

    /// Sets a number.
    @inlinable
    public func set(_ name: StaticString, _ value: Int) { set(name, Int64(value)) }

    /// Sets a number.
    @inlinable
    public func set(_ name: StaticString, _ value: Double) {
        unsafe patchbay_guest_set_double(address, name.utf8Start, name.utf8CodeUnitCount, value)
    }

    /// Sets a truth value.
    @inlinable
    public func set(_ name: StaticString, _ value: Bool) {
        unsafe patchbay_guest_set_bool(address, name.utf8Start, name.utf8CodeUnitCount, value ? 1 : 0)
    }

    /// Sets text or bytes. Bytes of a parser's input are not copied as long as all of a column's are such.
    @inlinable
    public func set(_ name: StaticString, _ value: Span<UInt8>) {
        unsafe value.withUnsafeBufferPointer { bytes in
            unsafe patchbay_guest_set_bytes(
                address, name.utf8Start, name.utf8CodeUnitCount, bytes.baseAddress, bytes.count)
        }
    }

    /// Sets text.
    @inlinable
    public func set(_ name: StaticString, _ value: StaticString) {
        unsafe patchbay_guest_set_bytes(
            address, name.utf8Start, name.utf8CodeUnitCount, value.utf8Start, value.utf8CodeUnitCount)
    }

    /// Takes the value of a column away.
    @inlinable
    public func setNull(_ name: StaticString) {
        unsafe patchbay_guest_set_null(address, name.utf8Start, name.utf8CodeUnitCount)
    }

    /// Whether the host wants no more records in this call.
    @inlinable
    public var isFull: Bool { unsafe address.pointee.rows >= address.pointee.limit }

    /// Records so far.
    @inlinable
    public var count: Int { unsafe Int(address.pointee.rows) }

    /// Ends a record.
    public func emit() { unsafe patchbay_guest_end_record(address) }

    /// Leaves the record out: what was set of it is forgotten.
    public func drop() {
        unsafe patchbay_guest_drop_record(address)
        unsafe address.pointee.is_dropped = 1
    }

    /// Forgets what was set and not emitted.
    func forgetIncomplete() {
        unsafe patchbay_guest_drop_record(address)
        unsafe address.pointee.is_dropped = 0
    }

    /// Ends a record of which nobody said that it is to be left out.
    @usableFromInline
    func emitUnlessDropped() {
        if unsafe address.pointee.is_dropped == 0 { emit() }
        unsafe address.pointee.is_dropped = 0
    }

    /// Throws when a record was not fit to be emitted, where there is no record of the input to blame.
    @usableFromInline
    func check() throws(PluginFailure) {
        if let problem = takeProblem() { throw PluginFailure(problem.message) }
    }

    /// What is wrong with the record at hand; forgets it.
    func takeProblem() -> RecordError? {
        guard let text = unsafe address.pointee.problem else { return nil }
        let length = unsafe address.pointee.problem_length
        unsafe patchbay_guest_drop_record(address)
        return RecordError(unsafe Message(text, count: length))
    }
}

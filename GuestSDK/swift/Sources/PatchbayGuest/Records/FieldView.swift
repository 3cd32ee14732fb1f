public import CPatchbayGuest

/// One value of a record: shows the host's columns in place, and is gone with the record.
///
/// Comparing with a literal compares bytes; no `String` is made. JSON strings count as the text that they stand for.
@safe
public struct FieldView: ~Escapable {
    @usableFromInline let cell: patchbay_guest_cell

    @inlinable
    @inline(__always)
    @_lifetime(immortal)
    init(_ cell: patchbay_guest_cell) {
        unsafe self.cell = cell
    }

    /// Whether there is no value: no such column, or none in this record.
    @inlinable
    public var isNull: Bool { unsafe cell.column.map { unsafe patchbay_guest_is_valid($0, cell.row) == 0 } ?? true }

    /// The bytes of text, words, bytes and JSON (JSON text as it stands, strings with their quotes); empty for values of
    /// other types and where there is no value.
    @inlinable
    public var bytes: Span<UInt8> {
        @_lifetime(copy self)
        get {
            let text = unsafe patchbay_guest_bytes(cell.column, cell.row)
            let buffer = unsafe UnsafeBufferPointer(start: text.start, count: Int(text.length))
            let span = unsafe Span(_unsafeElements: buffer)
            return unsafe _overrideLifetime(span, copying: self)
        }
    }

    /// Whether this is text that equals the literal. False without a value.
    @inlinable
    @inline(__always)
    public static func == (left: FieldView, right: StaticString) -> Bool {
        let length = right.utf8CodeUnitCount
        return unsafe patchbay_guest_equals(left.cell.column, left.cell.row, right.utf8Start, length) != 0
    }

    /// Whether this is not text that equals the literal. True without a value.
    @inlinable
    @inline(__always)
    public static func != (left: FieldView, right: StaticString) -> Bool { !(left == right) }
}

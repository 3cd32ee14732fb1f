public import CPatchbayGuest

/// One record of the batch at hand. Shows the host's memory in place; valid only while the plugin is called.
@safe
public struct Record: ~Escapable {
    @usableFromInline let binding: UnsafeMutablePointer<patchbay_guest_binding>
    /// Its number within the batch, from 0.
    public let row: Int

    @inlinable
    @inline(__always)
    @_lifetime(immortal)
    init(_ binding: UnsafeMutablePointer<patchbay_guest_binding>, row: Int) {
        unsafe self.binding = binding
        self.row = row
    }

    /// The value of the column called `name`: a field, else one of `value`, `time` and `key`. Null when there is none.
    ///
    /// Where in the batch a literal's column lies is looked up once.
    @inlinable
    @inline(__always)
    public subscript(name: StaticString) -> FieldView {
        @_lifetime(copy self)
        get {
            let cell = unsafe patchbay_guest_cell_named(
                binding, UInt32(truncatingIfNeeded: row), name.utf8Start, name.utf8CodeUnitCount)
            let view = unsafe FieldView(cell)
            return unsafe _overrideLifetime(view, copying: self)
        }
    }

    /// The value of a column that is no field.
    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    func wellKnown(_ column: Int32) -> FieldView {
        var cell = unsafe patchbay_guest_cell()
        unsafe cell.column = column < 0 ? nil : binding.pointee.columns + Int(column)
        unsafe cell.row = UInt32(truncatingIfNeeded: row)
        let view = unsafe FieldView(cell)
        return unsafe _overrideLifetime(view, copying: self)
    }

    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    func view(_ column: Int32, _ name: StaticString) -> FieldView {
        let length = name.utf8CodeUnitCount
        let cell = unsafe patchbay_guest_cell_at(
            binding, column, UInt32(truncatingIfNeeded: row), name.utf8Start, length)
        let view = unsafe FieldView(cell)
        return unsafe _overrideLifetime(view, copying: self)
    }

    /// The value: for parsed records the original bytes.
    @inlinable
    public var value: FieldView {
        @_lifetime(copy self)
        get { unsafe wellKnown(patchbay_guest_value_column(binding)) }
    }

    /// The key.
    @inlinable
    public var key: FieldView {
        @_lifetime(copy self)
        get { unsafe wellKnown(patchbay_guest_key_column(binding)) }
    }
}

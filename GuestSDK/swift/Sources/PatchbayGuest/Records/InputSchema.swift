public import CPatchbayGuest

/// The fields of the batches that a plugin gets. Valid only while the plugin is called.
@safe
public struct InputSchema: ~Escapable {
    @usableFromInline let binding: UnsafeMutablePointer<patchbay_guest_binding>

    @inlinable
    @_lifetime(immortal)
    init(_ binding: UnsafeMutablePointer<patchbay_guest_binding>) {
        unsafe self.binding = binding
    }

    /// The column called `name`, for the fastest way to its values: `record[field]`.
    @inlinable
    public func field(_ name: StaticString) -> Field {
        let length = name.utf8CodeUnitCount
        let column = unsafe patchbay_guest_resolve_literal(binding, name.utf8Start, numericCast(length))
        return Field(column: column, name: name)
    }

    /// Whether there is a column called `name`.
    @inlinable
    public func has(_ name: StaticString) -> Bool { field(name).column != -1 }
}

/// A column, found by ``InputSchema/field(_:)``. Holds for the batches of that schema.
public struct Field {
    @usableFromInline let column: Int32
    @usableFromInline let name: StaticString

    /// No column: all values are null.
    public static var none: Field { Field(column: -1, name: "") }

    @inlinable
    init(column: Int32, name: StaticString) {
        self.column = column
        self.name = name
    }
}

extension Record {
    /// The value of a column that was found when the schema was bound.
    @inlinable
    @inline(__always)
    public subscript(field: Field) -> FieldView {
        @_lifetime(copy self)
        get { view(field.column, field.name) }
    }
}

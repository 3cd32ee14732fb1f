public import CPatchbayGuest

/// The records of one call, in columns. Shows the host's memory in place; valid only while the plugin is called.
@safe
public struct Batch: ~Escapable {
    @usableFromInline let binding: UnsafeMutablePointer<patchbay_guest_binding>
    /// Number of records.
    public let count: Int

    @inlinable
    @_lifetime(immortal)
    init(_ instance: UnsafeMutablePointer<patchbay_guest_instance>, count: Int) {
        unsafe binding = patchbay_guest_binding_of(instance)
        self.count = count
    }

    /// One record. Traps when there are fewer.
    @inlinable
    public subscript(row: Int) -> Record {
        @_lifetime(copy self)
        get {
            precondition(row >= 0 && row < count)
            return self.record(row)
        }
    }

    @inlinable
    @inline(__always)
    @_lifetime(copy self)
    func record(_ row: Int) -> Record {
        let record = unsafe Record(binding, row: row)
        return unsafe _overrideLifetime(record, copying: self)
    }
}

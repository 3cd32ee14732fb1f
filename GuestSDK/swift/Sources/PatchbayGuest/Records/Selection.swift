public import CPatchbayGuest

/// Which records of a batch stay, one bit per record; and which could not be judged. All are out at first.
@safe
public struct Selection: ~Escapable {
    @usableFromInline let instance: UnsafeMutablePointer<patchbay_guest_instance>
    /// Number of records.
    public let count: Int

    @inlinable
    @_lifetime(immortal)
    init(_ instance: UnsafeMutablePointer<patchbay_guest_instance>, count: Int) {
        unsafe self.instance = instance
        self.count = count
    }

    /// Takes all records out.
    @inlinable
    public func removeAll() {
        var group = 0
        while group &* 64 < count {
            unsafe instance.pointee.selection[group] = 0
            group &+= 1
        }
    }

    /// Whether a record is in. Traps when there are fewer.
    @inlinable
    public subscript(row: Int) -> Bool {
        get {
            precondition(row >= 0 && row < count)
            return unsafe instance.pointee.selection[row >> 6] >> UInt64(truncatingIfNeeded: row & 63) & 1 != 0
        }
        nonmutating set {
            precondition(row >= 0 && row < count)
            let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: row & 63)
            if newValue {
                unsafe instance.pointee.selection[row >> 6] |= bit
            } else {
                unsafe instance.pointee.selection[row >> 6] &= ~bit
            }
        }
    }

    /// Sets 64 records at once, the first of them in the lowest bit. Traps when there are fewer groups.
    @inlinable
    @inline(__always)
    public func setGroup(_ group: Int, _ bits: UInt64) {
        precondition(group >= 0 && group &* 64 < count)
        unsafe instance.pointee.selection[group] = bits
    }

    /// Reports a record that could not be judged: it goes where the configuration sends errors. In rising order of rows.
    @inlinable
    @inline(never)
    public func fail(_ row: Int, _ error: RecordError) { unsafe error.message.report(instance, row) }

    /// Asks `body` about each record of a batch, and puts those in for which it is true; the others have to be out. Less
    /// code than ``fill(_:_:)``.
    @inlinable
    @inline(__always)
    func add(_ batch: Batch, _ body: (Record) throws(RecordError) -> Bool) {
        var row = 0
        while row < batch.count {
            do throws(RecordError) {
                let stays: Int32 = try body(batch.record(row)) ? 1 : 0
                unsafe patchbay_guest_select(instance, row, stays)
            } catch {
                fail(row, error)
            }
            row &+= 1
        }
    }

    /// The same about each value of one column.
    @inlinable
    @inline(__always)
    func add(_ column: UnsafePointer<patchbay_column>?, _ body: (FieldView) throws(RecordError) -> Bool) {
        var row = 0
        while row < count {
            do throws(RecordError) {
                let cell = unsafe patchbay_guest_cell(column: column, row: UInt32(truncatingIfNeeded: row))
                let stays: Int32 = try body(unsafe FieldView(cell)) ? 1 : 0
                unsafe patchbay_guest_select(instance, row, stays)
            } catch {
                fail(row, error)
            }
            row &+= 1
        }
    }

    /// Asks `body` about each record of a batch, and puts those in for which it is true.
    @inlinable
    @inline(__always)
    public func fill(_ batch: Batch, _ body: (Record) throws(RecordError) -> Bool) {
        var row = 0
        while row < batch.count {
            let first = row
            let end = min(first &+ 64, batch.count)
            var bits: UInt64 = 0
            while row < end {
                do throws(RecordError) {
                    let stays = try body(batch.record(row))
                    bits |= (stays ? 1 : 0) << UInt64(truncatingIfNeeded: row &- first)
                } catch {
                    fail(row, error)
                }
                row &+= 1
            }
            setGroup(first >> 6, bits)
        }
    }
}

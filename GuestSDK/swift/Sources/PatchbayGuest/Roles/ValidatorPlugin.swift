public import CPatchbayGuest

/// Says of each record whether it is in order.
public protocol ValidatorPlugin: Plugin {
    /// Throws when the record is not in order, with the reason.
    mutating func validate(_ record: Record) throws(Reject)
}

/// Registers a validator: records for which `body` throws are rejected.
@inlinable
@inline(__always)
public func validate(_ body: @escaping (Record) throws(Reject) -> Void) {
    unsafe register(PATCHBAY_VALIDATE) { instance, count in
        unsafe Batch(instance, count: count).forEach(instance, body)
    }
}

/// Registers a validator with options or state.
@inlinable
public func export<P: ValidatorPlugin>(_ type: P.Type, as name: StaticString = "") {
    register("validator", named: name, reading: P.reads) { options throws(PluginFailure) in
        ValidatorInstance(try P(options))
    }
}

@safe
@usableFromInline
final class ValidatorInstance<P: ValidatorPlugin>: PluginInstance<P> {
    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_VALIDATE else { return try unsafe super.call(operation, frame) }
        unsafe forEach(frame) { record throws(RecordError) in try plugin.validate(record) }
        return PATCHBAY_OK.rawValue
    }
}

extension Batch {
    @usableFromInline
    @inline(__always)
    func forEach(
        _ instance: UnsafeMutablePointer<patchbay_guest_instance>, _ body: (Record) throws(RecordError) -> Void
    ) {
        var row = 0
        while row < count {
            do throws(RecordError) {
                try body(record(row))
            } catch {
                unsafe error.message.report(instance, row)
            }
            row &+= 1
        }
    }
}

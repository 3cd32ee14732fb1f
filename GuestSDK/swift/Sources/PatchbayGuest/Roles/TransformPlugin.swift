public import CPatchbayGuest

/// Makes records of records: for each that comes in it emits none, one or many.
public protocol TransformPlugin: Plugin {
    /// The fields that it changes or adds; all others pass through.
    static var made: MadeFields { get }
    /// Sets what is new in `output`, and emits; a record that is not emitted is dropped.
    mutating func transform(_ record: Record, into output: Output) throws(RecordError)
}

extension TransformPlugin {
    /// Only value, key and time.
    @inlinable public static var made: MadeFields { MadeFields([]) }
}

/// Registers a transform with options or state.
@inlinable
public func export<P: TransformPlugin>(_ type: P.Type, as name: StaticString = "") {
    register("transform", named: name, reading: P.reads) { options throws(PluginFailure) in
        TransformInstance(try P(options), P.made)
    }
}

/// Registers a transform that makes one record of each, or none when `body` drops it.
///
///     map(writing: .int("length")) { record, output in output.set("length", record.value.bytes.count) }
///
/// - Parameters:
///   - fields: the fields that it changes or adds.
///   - names: which columns it reads; without any, every field that is not on demand, value, key and time.
@inlinable
public func map(
    writing fields: FieldSpec..., reading names: StaticString...,
    by body: @escaping (Record, Output) throws(RecordError) -> Void
) {
    register("transform", reading: Reads(names)) { _ throws(PluginFailure) in
        TransformInstance(
            ClosureTransform { record, output throws(RecordError) in
                try body(record, output)
                output.emitUnlessDropped()
            }, MadeFields(fields))
    }
}

/// Registers a transform that emits any number of records for each.
@inlinable
public func flatMap(
    writing fields: FieldSpec..., reading names: StaticString...,
    by body: @escaping (Record, Output) throws(RecordError) -> Void
) {
    register("transform", reading: Reads(names)) { _ throws(PluginFailure) in
        TransformInstance(ClosureTransform(body), MadeFields(fields))
    }
}

/// A closure as a transform.
@usableFromInline
struct ClosureTransform: TransformPlugin {
    @usableFromInline let body: (Record, Output) throws(RecordError) -> Void

    @usableFromInline
    init(_ body: @escaping (Record, Output) throws(RecordError) -> Void) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func transform(_ record: Record, into output: Output) throws(RecordError) { try body(record, output) }
}

@safe
@usableFromInline
final class TransformInstance<P: TransformPlugin>: OutputInstance<P> {
    @usableFromInline
    init(_ plugin: P, _ made: MadeFields) {
        super.init(plugin, made, hasInput: true)
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_TRANSFORM, let result = unsafe begin() else {
            return try unsafe super.call(operation, frame)
        }
        let output = unsafe Output(result)
        var dropped = 0
        var added = 0
        unsafe forEach(frame) { record throws(RecordError) in
            let before = output.count
            unsafe result.pointee.origin = UInt32(truncatingIfNeeded: record.row)
            do throws(RecordError) {
                try plugin.transform(record, into: output)
            } catch {
                output.forgetIncomplete()
                throw error
            }
            if let problem = output.takeProblem() { throw problem }
            output.forgetIncomplete()
            let made = output.count &- before
            if made == 0 { dropped &+= 1 } else { added &+= made &- 1 }
        }
        unsafe finish(result)
        unsafe frame.pointee.dropped = UInt64(dropped)
        unsafe frame.pointee.added = UInt64(added)
        return PATCHBAY_OK.rawValue
    }
}

public import CPatchbayGuest

/// Takes all records in, and makes others at the end.
public protocol AggregatePlugin: Plugin {
    /// The records that it makes.
    static var made: MadeFields { get }
    /// Takes a record in.
    mutating func accumulate(_ record: Record) throws(RecordError)
    /// Emits the result, at the end or after each window; starts over.
    mutating func finish(into output: Output) throws(PluginFailure)
}

/// Registers an aggregate with options or state.
@inlinable
public func export<P: AggregatePlugin>(_ type: P.Type, as name: StaticString = "") {
    register("aggregate", named: name, reading: P.reads) { options throws(PluginFailure) in
        AggregateInstance(try P(options), P.made)
    }
}

/// Registers an aggregate: `state` goes through all records and then into `finish`, which emits; it then starts over.
///
///     aggregate(0, making: .int("errors")) { count, record in
///         if record["level"] == "error" { count += 1 }
///     } finish: { count, output in
///         output.set("errors", count)
///         output.emit()
///     }
@inlinable
public func aggregate<State>(
    _ state: State, making fields: FieldSpec..., reading names: StaticString...,
    by accumulate: @escaping (inout State, Record) throws(RecordError) -> Void,
    finish: @escaping (State, Output) -> Void
) {
    register("aggregate", reading: Reads(names)) { _ throws(PluginFailure) in
        AggregateInstance(ClosureAggregate(state, accumulate, finish), MadeFields(fields))
    }
}

/// Closures as an aggregate.
@usableFromInline
struct ClosureAggregate<State>: AggregatePlugin {
    @usableFromInline static var made: MadeFields { MadeFields([]) }
    let initial: State
    var state: State
    let take: (inout State, Record) throws(RecordError) -> Void
    let end: (State, Output) -> Void

    @usableFromInline
    init(
        _ state: State, _ take: @escaping (inout State, Record) throws(RecordError) -> Void,
        _ end: @escaping (State, Output) -> Void
    ) {
        initial = state
        self.state = state
        self.take = take
        self.end = end
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func accumulate(_ record: Record) throws(RecordError) { try take(&state, record) }

    @usableFromInline
    mutating func finish(into output: Output) throws(PluginFailure) {
        end(state, output)
        state = initial
    }
}

@safe
@usableFromInline
final class AggregateInstance<P: AggregatePlugin>: OutputInstance<P> {
    @usableFromInline
    init(_ plugin: P, _ made: MadeFields) {
        super.init(plugin, made, hasInput: false)
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        if operation == PATCHBAY_ACCUMULATE {
            unsafe forEach(frame) { record throws(RecordError) in try plugin.accumulate(record) }
            return PATCHBAY_OK.rawValue
        }
        guard operation == PATCHBAY_FINISH, let result = unsafe begin() else {
            return try unsafe super.call(operation, frame)
        }
        try plugin.finish(into: unsafe Output(result))
        try unsafe Output(result).check()
        unsafe finish(result)
        return PATCHBAY_OK.rawValue
    }
}

public import CPatchbayGuest

/// Takes records to where they shall be.
public protocol SinkPlugin: Plugin {
    /// Takes a record; throws when this one cannot be written.
    mutating func write(_ record: Record) throws(RecordError)
    /// Makes durable what was written.
    mutating func flush() throws(PluginFailure)
}

extension SinkPlugin {
    /// Nothing waits.
    @inlinable public mutating func flush() throws(PluginFailure) {}
}

/// Registers a sink with options or state.
@inlinable
public func export<P: SinkPlugin>(_ type: P.Type, as name: StaticString = "") {
    register("sink", named: name, reading: P.reads) { options throws(PluginFailure) in SinkInstance(try P(options)) }
}

/// Registers a sink of which `body` takes each record.
@inlinable
public func sink(_ body: @escaping (Record) throws(RecordError) -> Void) {
    register("sink") { _ throws(PluginFailure) in SinkInstance(ClosureSink(body)) }
}

/// A closure as a sink.
@usableFromInline
struct ClosureSink: SinkPlugin {
    let body: (Record) throws(RecordError) -> Void

    @usableFromInline
    init(_ body: @escaping (Record) throws(RecordError) -> Void) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func write(_ record: Record) throws(RecordError) { try body(record) }
}

@safe
@usableFromInline
final class SinkInstance<P: SinkPlugin>: PluginInstance<P> {
    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        switch operation {
        case PATCHBAY_WRITE: unsafe forEach(frame) { record throws(RecordError) in try plugin.write(record) }
        case PATCHBAY_FLUSH: try plugin.flush()
        default: return try unsafe super.call(operation, frame)
        }
        return PATCHBAY_OK.rawValue
    }
}

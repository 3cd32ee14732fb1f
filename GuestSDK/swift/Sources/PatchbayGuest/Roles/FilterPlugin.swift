public import CPatchbayGuest

/// Registers a filter: the records for which `body` is true stay. It reads every field that is not on demand, the
/// value, the key and the time.
///
///     filter { record in record["level"] == "error" }
@inlinable
@inline(__always)
public func filter(_ body: @escaping (Record) throws(RecordError) -> Bool) {
    unsafe register(PATCHBAY_FILTER) { instance, count in
        unsafe Selection(instance, count: count).add(Batch(instance, count: count), body)
    }
}

/// Registers a filter on one field, the only one that is made for it: the records stay for whose value `body` is true.
/// The shortest module, and the fastest. Where records lack the field, the value is null.
///
///     filter(by: "level") { level in level == "error" }
@inlinable
@inline(__always)
public func filter(by field: StaticString, _ body: @escaping (FieldView) throws(RecordError) -> Bool) {
    unsafe register(PATCHBAY_FILTER, by: field) { instance, count in
        unsafe Selection(instance, count: count).add(patchbay_guest_field_column(instance), body)
    }
}

/// Registers a filter that reads only the columns called so, which saves making the others.
@inlinable
public func filter(
    reading names: StaticString..., where body: @escaping (Record) throws(RecordError) -> Bool
) {
    register("filter", reading: Reads(names)) { _ throws(PluginFailure) in
        FilterInstance(ClosureFilter { batch, selection in selection.fill(batch, body) })
    }
}

/// Registers a filter with options or state.
///
/// - Parameter name: what the capability is called; only needed when a module has several filters.
@inlinable
public func export<P: FilterPlugin>(_ type: P.Type, as name: StaticString = "") {
    register("filter", named: name, reading: P.reads) { options throws(PluginFailure) in
        FilterInstance(try P(options))
    }
}

/// Says which records stay.
public protocol FilterPlugin: Plugin {
    /// Whether a record stays; throws when that cannot be said.
    mutating func filter(_ record: Record) throws(RecordError) -> Bool
    /// The same for a whole batch; asks ``filter(_:)`` about each record unless a plugin does better.
    mutating func filter(_ batch: Batch, into selection: Selection) throws(PluginFailure)
}

extension FilterPlugin {
    /// All records stay: for plugins that filter batches.
    @inlinable
    public mutating func filter(_ record: Record) throws(RecordError) -> Bool { true }

    /// Asks about each record.
    @inlinable
    public mutating func filter(_ batch: Batch, into selection: Selection) throws(PluginFailure) {
        selection.fill(batch) { record throws(RecordError) in try filter(record) }
    }
}

/// A closure as a filter.
@usableFromInline
struct ClosureFilter: FilterPlugin {
    @usableFromInline let body: (Batch, Selection) -> Void

    @usableFromInline
    init(_ body: @escaping (Batch, Selection) -> Void) {
        self.body = body
    }

    @usableFromInline
    init(_ options: Options) throws(PluginFailure) { throw PluginFailure("a closure takes no options") }

    @usableFromInline
    mutating func filter(_ batch: Batch, into selection: Selection) throws(PluginFailure) { body(batch, selection) }
}

@safe
@usableFromInline
final class FilterInstance<P: FilterPlugin>: PluginInstance<P> {
    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        guard operation == PATCHBAY_FILTER else { return try unsafe super.call(operation, frame) }
        let batch = unsafe Batch(base, count: Int(truncatingIfNeeded: frame.pointee.batch.rows))
        let selection = unsafe Selection(base, count: batch.count)
        selection.removeAll()
        try plugin.filter(batch, into: selection)
        return PATCHBAY_OK.rawValue
    }
}

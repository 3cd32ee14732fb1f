public import CArrow
public import PatchbayCore

/// Hands batches to the Arrow world in this process: through the Arrow C Data Interface, without copying what already
/// lies as Arrow wants it.
///
/// A batch becomes a struct array (a record batch) with the columns `key`, `value`, `time` as far as the schema has them,
/// then the fields. Words are dictionary-encoded, times are nanoseconds in UTC, JSON is UTF-8 with the extension type
/// `arrow.json`. Text that is not UTF-8 is repaired with U+FFFD, because Arrow demands UTF-8.
///
/// The receiver owns what it gets and calls `release`; until then the memory stays alive, whatever becomes of the batch.
public struct ArrowExport: Sendable {
    /// Columns whose values had to be copied: filtered ones, views of the input with gaps, text that was repaired.
    public private(set) var copiedColumns: [String] = []
    /// Bytes of values that were copied; 0 when the whole batch is shared.
    public private(set) var copiedBytes = 0

    private init() {}

    /// Fills `target`, which must be uninitialised or released, with the type of the batches of `schema`.
    @unsafe
    public static func export(_ schema: Schema, to target: UnsafeMutablePointer<ArrowSchema>) {
        unsafe ArrowType(schema).write(to: target)
    }

    /// Fills `target`, which must be uninitialised or released, with the columns of `batch`.
    /// - Returns: what was copied.
    @unsafe
    @discardableResult
    public static func export(
        _ batch: Batch,
        to target: UnsafeMutablePointer<ArrowArray>
    ) throws(ArrowError) -> ArrowExport {
        if let overflow = batch.overflow { throw ArrowError(.columnTooLarge, column: overflow.column) }
        var report = ArrowExport()
        var children: [ArrowValues] = []
        if let key = batch.key { children.append(try report.values(key, Schema.keyName)) }
        children.append(try report.values(batch.value, Schema.valueName))
        if let time = batch.time { children.append(try report.values(time, Schema.timeName)) }
        for (column, field) in zip(batch.fields, batch.schema.fields) {
            children.append(try report.values(column, field.name))
        }
        unsafe ArrowValues(structOf: children, count: batch.count).write(to: target)
        return report
    }

    private mutating func values(_ column: Column, _ name: String) throws(ArrowError) -> ArrowValues {
        let ready = column.arranged()
        if ready.hasOverflowed { throw ArrowError(.columnTooLarge, column: name) }
        if let copied = ready.copiedBytes {
            copiedColumns.append(name)
            copiedBytes += copied
        }
        return ArrowValues(ready.column, words: ready.words)
    }
}

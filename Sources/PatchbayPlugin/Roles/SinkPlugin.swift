public import PatchbayCore

/// Writes records.
public protocol SinkPlugin: Plugin {
    /// The columns it writes when records of schema `input` arrive.
    func wanted(from input: Schema) throws(PluginError) -> FieldRequest
    /// Looks up its columns.
    mutating func bind(_ input: Schema) throws(PluginError)
    /// Takes records. They count as written once ``flush()`` has returned.
    mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError)
    /// Makes everything written so far durable, as far as the destination can.
    mutating func flush() throws(PluginError)
    /// No more records will come. Called once at the end of a run that did not fail, before the last ``flush()``.
    mutating func finish() throws(PluginError)
}

extension SinkPlugin {
    /// Nothing to do.
    public mutating func finish() throws(PluginError) {}
}

/// A sink that first turns batches into bytes: the turning is done in parallel, the writing in order.
public protocol EncodingSinkPlugin: SinkPlugin {
    /// A new encoder for the schema that was bound; one per worker.
    func makeEncoder() throws(PluginError) -> any BatchEncoder
    /// Writes what an encoder made of `records` records.
    mutating func write(encoded bytes: Span<UInt8>, records: Int) throws(PluginError)
}

/// Turns batches into bytes.
public protocol BatchEncoder {
    /// What stands before the first record: a CSV header.
    mutating func encodeHeader(into output: inout ByteBuffer) throws(PluginError)
    /// Appends the records of `batch`.
    mutating func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError)
}

extension BatchEncoder {
    /// Nothing stands before the first record.
    public mutating func encodeHeader(into output: inout ByteBuffer) throws(PluginError) {}
}

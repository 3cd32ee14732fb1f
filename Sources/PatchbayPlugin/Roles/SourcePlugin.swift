public import PatchbayCore

/// What a byte source says after a read.
public enum ReadResult: Sendable, Equatable {
    /// So many bytes were put at the start of the buffer; at least one.
    case bytes(Int)
    /// Nothing has arrived. When it was allowed to wait, a source returns this within about 100 ms so that a run can stop.
    case nothingYet
    /// The present part (a file) has ended; another follows. A parser starts anew there.
    case endOfPart
    /// All parts have ended.
    case endOfInput
}

/// Delivers raw bytes: fills a buffer that it is given.
public protocol ByteSourcePlugin: Plugin {
    /// The part that the next bytes come from: a file's path, a stream's name.
    var part: String { get }
    /// Bytes that this part and all later ones will deliver, as far as known; nil for streams. For progress.
    var remainingBytes: UInt64? { get }
    /// Fills `buffer` from its start. `mayWait` is false when bytes are in hand already: then only what is there is read.
    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginError) -> ReadResult
}

/// What a source of records says after a call.
public enum SourceResult: Sendable {
    /// Records.
    case batch(Batch)
    /// Nothing has arrived; returned within about 100 ms so that a run can stop.
    case nothingYet
    /// No more will come.
    case endOfInput
}

/// Delivers records: a queue, a database.
public protocol SourcePlugin: Plugin {
    /// The records it can deliver.
    var schema: Schema { get }
    /// Says which columns will be read; returns the schema that its batches will have.
    mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema
    /// The next batch.
    mutating func read() throws(PluginError) -> SourceResult
}

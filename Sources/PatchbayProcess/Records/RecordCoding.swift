internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Records that came with an answer, and what became of those that were sent.
struct RecordsAnswer {
    /// Records, of the schema that was agreed on.
    var batches: [Batch] = []
    /// Records that were refused: rows of what was sent, in rising order.
    var rejections = Rejections()
    /// Bytes that became no record.
    var regions: [SkippedRegion] = []
    /// Records that were left out on purpose.
    var dropped: UInt64 = 0
    /// Records beyond one for each that was sent.
    var added: UInt64 = 0
}

/// Turns batches into bodies of requests, and bodies of answers into batches. Everything in an answer is hostile:
/// what does not follow the contract is `invalidResult`.
protocol RecordCoding: AnyObject {
    /// The media type of a request with records.
    var mediaType: String { get }
    /// Says which columns are sent; nil for all.
    func carry(_ wanted: ColumnRequest?)
    /// The records of `batch` as one body.
    func body(of batch: Batch) throws(PluginError) -> Bytes
    /// Takes the answer of a filter; records that it could not decide on come back and are not in `selection`.
    func selection(
        _ answer: ProcessAnswer, rows: Int, into selection: inout Selection
    ) throws(PluginError) -> Rejections
    /// Takes an answer of refused records.
    func rejections(_ answer: ProcessAnswer, rows: Int) throws(PluginError) -> Rejections
    /// Takes the answer of a transform to `rows` records whose body was `request`.
    func results(
        _ answer: ProcessAnswer, rows: Int, of schema: Schema, showing request: Bytes
    ) throws(PluginError) -> RecordsAnswer
    /// Takes records, and regions, of an answer; values may show bytes of `request`.
    func records(
        _ answer: ProcessAnswer, of schema: Schema, showing request: Bytes?
    ) throws(PluginError) -> RecordsAnswer
}

extension ProcessInterface {
    /// The encoding that is used: frames if the plugin knows them.
    ///
    /// - Parameter memoryLimit: bytes of memory that the records of an answer may take.
    func makeCoding(memoryLimit: Int) -> any RecordCoding {
        encodings.contains(.frame) ? FrameCoding() : JSONLinesCoding(memoryLimit: memoryLimit)
    }
}

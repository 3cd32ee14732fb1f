internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Writes records as lines for a program.
struct RecordLines: ~Copyable {
    /// What a line holds.
    enum Format: String {
        /// The record's original bytes.
        case raw
        /// The record as a JSON object.
        case json
    }
    let format: Format
    private var writer = JSONRecordWriter()
    private var lines = ByteBuffer()

    init(_ format: Format) { self.format = format }

    /// The columns that are needed.
    var wanted: FieldRequest { format == .json ? .everything : FieldRequest(names: []) }

    mutating func bind(_ schema: Schema) { writer.bind(schema, nil) }

    /// The records of `batch` as lines, for `body`. Records whose bytes have line feeds inside are rejected.
    mutating func with(
        _ batch: Batch, _ rejections: inout Rejections, _ body: (Span<UInt8>) throws(PluginError) -> Void
    ) throws(PluginError) {
        lines.removeAll()
        for row in 0..<batch.count {
            if format == .json {
                writer.write(batch, row, to: &lines)
                continue
            }
            var value = batch.value.bytes(row)
            if value.count > 0, value[value.count - 1] == UInt8(ascii: "\n") {
                value = value.extracting(0..<(value.count - 1))
            }
            guard !value.contains(UInt8(ascii: "\n")) else {
                rejections.reject(
                    row,
                    PluginError(
                        .input, "the record has a line feed inside, and programs take one line for each",
                        record: row, advice: "write 'format: json'"))
                continue
            }
            lines.append(value)
            lines.append(UInt8(ascii: "\n"))
        }
        try lines.withSpan { (bytes) throws(PluginError) in try body(bytes) }
    }
}

extension Span<UInt8> {
    fileprivate func contains(_ byte: UInt8) -> Bool {
        for index in 0..<count where self[index] == byte { return true }
        return false
    }
}

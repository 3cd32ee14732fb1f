import PatchbayCore
import PatchbayPlugin

/// Writes the original bytes of records, each with what the schema says follows them.
struct RawEncoder: BatchEncoder {
    private let suffix: [UInt8]

    init(_ schema: Schema) { suffix = schema.recordSuffix }

    /// Appends the records' values.
    func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError) {
        for row in 0..<batch.count {
            output.append(batch.value.bytes(row))
            output.append(suffix.span)
        }
    }
}

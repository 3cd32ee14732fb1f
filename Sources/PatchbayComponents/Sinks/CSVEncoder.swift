import PatchbayCore
import PatchbayPlugin

/// Writes records as comma-separated values (RFC 4180), with a header line if wanted. Lines end in a newline alone
/// unless `crlf` is set. A missing value is empty.
final class CSVEncoder: BatchEncoder {
    /// What the options of the format say.
    struct Layout: Sendable {
        var delimiter = UInt8(ascii: ",")
        var hasHeader = true
        var endsInCRLF = false
    }

    private var rows: RowWriter

    init(_ schema: Schema, layout: Layout, time: TimeFormat, zone: TimeZoneRules) {
        rows = RowWriter(schema, layout: layout, time: TimeFormatter(time, zone: zone))
    }

    /// Appends the names of the columns.
    func encodeHeader(into output: inout ByteBuffer) throws(PluginError) { rows.writeHeader(to: &output) }

    /// Appends one line per record.
    func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError) { rows.write(batch, to: &output) }
}

private struct RowWriter: ~Copyable {
    private let names: [OutputColumns.Named]
    private let references: [ColumnReference]
    private let layout: CSVEncoder.Layout
    private var formatters: [TimeFormatter]
    private var scratch = ByteBuffer(capacity: 256)

    init(_ schema: Schema, layout: CSVEncoder.Layout, time: TimeFormatter) {
        names = OutputColumns.of(schema)
        references = names.map(\.reference)
        formatters = names.map { _ in time }
        self.layout = layout
    }

    mutating func writeHeader(to output: inout ByteBuffer) {
        guard layout.hasHeader else { return }
        for (index, column) in names.enumerated() {
            if index > 0 { output.append(layout.delimiter) }
            scratch.removeAll()
            scratch.append(column.name)
            writeScratch(to: &output)
        }
        endLine(&output)
    }

    mutating func write(_ batch: Batch, to output: inout ByteBuffer) {
        let rows = RowReader(batch, references)
        for row in 0..<batch.count {
            for index in references.indices {
                if index > 0 { output.append(layout.delimiter) }
                scratch.removeAll()
                if rows.isValid(index, row) {
                    scratch.append(textOf: rows, index, row, time: &formatters[index])
                }
                writeScratch(to: &output)
            }
            endLine(&output)
        }
    }

    private func endLine(_ output: inout ByteBuffer) {
        if layout.endsInCRLF { output.append(0x0D) }
        output.append(0x0A)
    }

    private func writeScratch(to output: inout ByteBuffer) {
        let text = scratch.span
        // A line that is empty altogether would not be read as a record.
        var needsQuotes = text.isEmpty && names.count == 1
        for index in text.indices where isSpecial(text[index]) { needsQuotes = true }
        guard needsQuotes else { return output.append(text) }
        output.append(UInt8(ascii: "\""))
        for index in text.indices {
            if text[index] == UInt8(ascii: "\"") { output.append(UInt8(ascii: "\"")) }
            output.append(text[index])
        }
        output.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private func isSpecial(_ byte: UInt8) -> Bool {
        byte == layout.delimiter || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
}

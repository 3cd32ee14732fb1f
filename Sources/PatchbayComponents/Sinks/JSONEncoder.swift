import PatchbayCore
import PatchbayPlugin

/// Writes records as JSON lines: one object per record.
///
/// Fields of an open schema that a record does not have are left out; otherwise they are `null`. Bytes that are no
/// UTF-8 are written as `{"base64":"..."}`.
final class JSONEncoder: BatchEncoder {
    private var objects: ObjectWriter

    init(_ schema: Schema, time: TimeFormat, zone: TimeZoneRules) {
        objects = ObjectWriter(schema, time: time, zone: zone)
    }

    /// Appends one object and a newline per record.
    func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError) {
        objects.write(batch, to: &output)
    }
}

private struct ObjectWriter {
    /// A member's name in quotes and the colon, in ``texts``.
    private struct Prefix: BitwiseCopyable {
        let start: Int
        let count: Int
    }

    private let references: [ColumnReference]
    private let prefixes: [Prefix]
    private let texts: Bytes
    private let leavesNullsOut: Bool
    private var formatters: [TimeFormatter]

    init(_ schema: Schema, time: TimeFormat, zone: TimeZoneRules) {
        leavesNullsOut = schema.isOpen
        let names = OutputColumns.of(schema)
        references = names.map(\.reference)
        var texts = ByteBuffer()
        prefixes = names.map { column in
            let start = texts.count
            texts.append(jsonString: column.name)
            texts.append(UInt8(ascii: ":"))
            return Prefix(start: start, count: texts.count - start)
        }
        self.texts = texts.finish()
        formatters = names.map { _ in TimeFormatter(time.quoted, zone: zone) }
    }

    mutating func write(_ batch: Batch, to output: inout ByteBuffer) {
        let rows = RowReader(batch, references)
        let prefixes = prefixes
        let texts = texts.buffer
        for row in 0..<batch.count {
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for column in prefixes.indices {
                let isValid = rows.isValid(column, row)
                if !isValid, leavesNullsOut { continue }
                if isValid, case .map = rows.type(column) {
                    output.appendMembers(of: rows, column, row, isFirst: &isFirst)
                    continue
                }
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(copying: texts, at: prefixes[column].start, count: prefixes[column].count)
                if isValid { append(rows, column, row, to: &output) } else { output.append(literal: "null") }
            }
            output.append(UInt8(ascii: "}"))
            output.append(0x0A)
        }
    }

    @inline(__always)
    private mutating func append(
        _ rows: borrowing RowReader,
        _ column: Int,
        _ row: Int,
        to output: inout ByteBuffer
    ) {
        switch rows.type(column) {
        case .json: rows.append(column, row, to: &output)
        case .utf8, .word: output.append(jsonString: rows.bytes(column, row))
        case .binary: output.append(jsonBinary: rows.bytes(column, row))
        case .int64: output.append(decimal: rows.int64(column, row))
        case .float64: output.append(json: rows.float64(column, row))
        case .bool:
            if rows.bool(column, row) { output.append(literal: "true") } else { output.append(literal: "false") }
        case .timestamp: formatters[column].append(rows.int64(column, row), to: &output)
        case .map: break
        }
    }
}

extension TimeFormat {
    /// The same as a JSON string.
    fileprivate var quoted: TimeFormat {
        let quote = Piece.literal([UInt8(ascii: "\"")])
        let inner = pieces.map { piece -> Piece in
            guard case .literal(let text) = piece else { return piece }
            var escaped = ByteBuffer()
            escaped.append(jsonString: text.span)
            let bytes = escaped.span
            return .literal((1..<(bytes.count - 1)).map { bytes[$0] })
        }
        return TimeFormat(pieces: [quote] + inner + [quote])
    }
}

extension ByteBuffer {
    /// Appends bytes as text when they are text, else as an object with their base64 form (RFC 4648).
    fileprivate mutating func append(jsonBinary bytes: Span<UInt8>) {
        let start = count
        if append(jsonString: bytes) { return }
        truncate(to: start)
        append(literal: "{\"base64\":\"")
        append(base64: bytes)
        append(literal: "\"}")
    }
}

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
    private let names: [OutputColumns.Named]
    private let prefixes: [Bytes]
    private let leavesNullsOut: Bool
    private var formatters: [TimeFormatter]
    private var members: [MemberWriter] = []

    init(_ schema: Schema, time: TimeFormat, zone: TimeZoneRules) {
        leavesNullsOut = schema.isOpen
        names = OutputColumns.of(schema)
        prefixes = names.map { column in
            var prefix = ByteBuffer()
            prefix.append(jsonString: column.name)
            prefix.append(UInt8(ascii: ":"))
            return prefix.finish()
        }
        formatters = names.map { _ in TimeFormatter(time.quoted, zone: zone) }
    }

    mutating func write(_ batch: Batch, to output: inout ByteBuffer) {
        members.removeAll(keepingCapacity: true)
        for (index, column) in names.enumerated() {
            members.append(
                MemberWriter(batch.column(column.reference), prefix: prefixes[index], leavesNullsOut: leavesNullsOut)
            )
        }
        for row in 0..<batch.count {
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for index in members.indices {
                members[index].append(row, to: &output, isFirst: &isFirst, time: &formatters[index])
            }
            output.append(UInt8(ascii: "}"))
            output.append(0x0A)
        }
        members.removeAll(keepingCapacity: true)
    }
}

/// Writes the members that one column of a batch makes.
private struct MemberWriter {
    private let column: Column
    private let type: FieldType
    /// The name in quotes and the colon.
    private let prefix: Bytes
    private let leavesNullsOut: Bool

    init(_ column: Column, prefix: Bytes, leavesNullsOut: Bool) {
        self.column = column
        type = column.type
        self.prefix = prefix
        self.leavesNullsOut = leavesNullsOut
    }

    func append(_ row: Int, to output: inout ByteBuffer, isFirst: inout Bool, time: inout TimeFormatter) {
        let hasValue = column.isValid(row)
        if !hasValue, leavesNullsOut { return }
        if hasValue, case .map = type { return output.appendMembers(of: column, row: row, isFirst: &isFirst) }
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        output.append(prefix.span)
        guard hasValue else { return output.append(literal: "null") }
        switch type {
        case .json: output.append(column.bytes(row))
        case .utf8, .word: output.append(jsonString: column.bytes(row))
        case .binary: output.append(jsonBinary: column.bytes(row))
        case .int64: output.append(decimal: column.int64s[row])
        case .float64: output.append(jsonNumber: column.float64s[row])
        case .bool:
            if column.bool(row) { output.append(literal: "true") } else { output.append(literal: "false") }
        case .timestamp: time.append(column.int64s[row], to: &output)
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
    /// Appends a number, or `null` for what JSON has no number for.
    fileprivate mutating func append(jsonNumber number: Double) {
        if number.isFinite { append(float64: number) } else { append(literal: "null") }
    }

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

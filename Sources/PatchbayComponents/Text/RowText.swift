import PatchbayCore

extension FieldType {
    /// Whether values are numbers, which stand at the right of their width.
    var isNumeric: Bool {
        switch self {
        case .int64, .float64: true
        default: false
        }
    }
}

extension ByteBuffer {
    /// Appends the value of a row that has one, as text. JSON strings appear without quotes and escapes.
    @inline(__always)
    mutating func append(
        textOf rows: borrowing RowReader,
        _ column: Int,
        _ row: Int,
        time: inout TimeFormatter
    ) {
        switch rows.type(column) {
        case .int64: append(decimal: rows.int64(column, row))
        case .timestamp: time.append(rows.int64(column, row), to: &self)
        case .float64: append(shortest: rows.float64(column, row))
        case .bool:
            if rows.bool(column, row) { append(literal: "true") } else { append(literal: "false") }
        case .utf8, .word, .binary: rows.append(column, row, to: &self)
        case .json: append(textOfJSON: rows.bytes(column, row))
        case .map: append(jsonMap: rows, column, row)
        }
    }

    private mutating func append(textOfJSON json: Span<UInt8>) {
        if json.count >= 2, json[0] == UInt8(ascii: "\"") {
            append(unescapingJSON: json.extracting(1..<(json.count - 1)))
        } else {
            append(json)
        }
    }
}

import PatchbayCore

/// One column of a batch with the way its values become text.
struct TextColumn {
    private let column: Column
    private let type: FieldType

    init(_ column: Column) {
        self.column = column
        type = column.type
    }

    /// Whether `row` has a value.
    func hasValue(_ row: Int) -> Bool { column.isValid(row) }

    /// Whether values are numbers, which stand at the right of their width.
    var isNumeric: Bool {
        switch type {
        case .int64, .float64: true
        default: false
        }
    }

    /// Appends the value of a row that has one. JSON strings appear without quotes and escapes.
    func append(_ row: Int, to output: inout ByteBuffer, time: inout TimeFormatter) {
        switch type {
        case .int64: output.append(decimal: column.int64s[row])
        case .timestamp: time.append(column.int64s[row], to: &output)
        case .float64: output.append(float64: column.float64s[row])
        case .bool:
            if column.bool(row) { output.append(literal: "true") } else { output.append(literal: "false") }
        case .utf8, .word, .binary: output.append(column.bytes(row))
        case .json:
            let json = column.bytes(row)
            if json.count >= 2, json[0] == UInt8(ascii: "\"") {
                output.append(unescapingJSON: json.extracting(1..<(json.count - 1)))
            } else {
                output.append(json)
            }
        case .map: output.append(jsonMap: column, row: row)
        }
    }
}

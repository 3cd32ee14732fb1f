internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Writes records as JSON objects, one a line: the columns that the plugin asked for, without missing values.
struct JSONRecordWriter: ~Copyable {
    /// `"name":` of each column that is written.
    private var names: [(column: ColumnReference, key: Bytes)] = []
    private var schema: Schema?

    /// Writes records of `schema` from now on.
    mutating func bind(_ schema: Schema, _ wanted: ColumnRequest?) {
        if self.schema === schema { return }
        self.schema = schema
        names.removeAll()
        let carried = wanted?.columns(of: schema)
        var columns: [ColumnReference] = schema.hasKey ? [.key] : []
        columns.append(.value)
        if schema.hasTime { columns.append(.time) }
        columns += schema.fields.indices.map { .field($0) }
        for (index, column) in columns.enumerated() where carried?[index] ?? true {
            let name = schema.field(column).name
            // A field of that name is what the name stands for.
            if schema.resolve(name) != column { continue }
            var key = ByteBuffer()
            key.append(jsonString: name)
            key.append(UInt8(ascii: ":"))
            names.append((column, key.finish()))
        }
    }

    mutating func reset() { schema = nil }

    /// Appends row `row` of `batch` as a line.
    func write(_ batch: Batch, _ row: Int, to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (reference, key) in names {
            let column = batch.column(reference)
            guard column.isValid(row), isWritable(column, row) else { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(key.span)
            append(column, row, to: &output)
        }
        output.append(literal: "}\n")
    }

    /// JSON has no NaN and no infinities.
    private func isWritable(_ column: Column, _ row: Int) -> Bool {
        guard column.type == .float64 else { return true }
        let numbers = column.float64s
        return numbers[row].isFinite
    }

    private func append(_ column: Column, _ row: Int, to output: inout ByteBuffer) {
        switch column.type {
        case .int64:
            let numbers = column.int64s
            output.append(decimal: numbers[row])
        case .float64:
            let numbers = column.float64s
            output.append(json: numbers[row])
        case .bool: column.bool(row) ? output.append(literal: "true") : output.append(literal: "false")
        case .timestamp:
            let times = column.int64s
            output.append(UInt8(ascii: "\""))
            TimestampText.append(times[row], to: &output)
            output.append(UInt8(ascii: "\""))
        case .utf8, .word, .binary: Self.append(text: column.bytes(row), to: &output)
        case .json: append(json: column, row, to: &output)
        case .map: append(map: column, row, to: &output)
        }
    }

    private static func append(text: Span<UInt8>, to output: inout ByteBuffer) {
        let start = output.count
        guard !output.append(jsonString: text) else { return }
        output.truncate(to: start)
        output.append(literal: #"{"$base64":""#)
        output.append(Base64.encoded(text))
        output.append(literal: #""}"#)
    }

    /// What is not JSON is text; line ends between values become spaces, for a record is one line.
    private func append(json column: Column, _ row: Int, to output: inout ByteBuffer) {
        guard let bytes = column.sharedBytes(row) else { return output.append(literal: "null") }
        var scanner = JSONScanner(bytes)
        guard (try? scanner.value()) != nil, scanner.isAtEnd else {
            return Self.append(text: bytes.span, to: &output)
        }
        let start = output.count
        output.append(bytes.span)
        for index in start..<output.count where output[index] == 0x0A || output[index] == 0x0D {
            output.replace(at: index, with: 0x20)
        }
    }

    private func append(map column: Column, _ row: Int, to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "{"))
        if let keys = column.mapKeys, let values = column.mapValues {
            let range = column.entryRange(row)
            for entry in range {
                if entry > range.lowerBound { output.append(UInt8(ascii: ",")) }
                output.append(jsonString: keys.bytes(entry))
                output.append(UInt8(ascii: ":"))
                if values.isValid(entry) {
                    append(values, entry, to: &output)
                } else {
                    output.append(literal: "null")
                }
            }
        }
        output.append(UInt8(ascii: "}"))
    }
}

internal import PatchbayCore
internal import PatchbayPlugin

/// Everything that a plugin gave, as lines of bytes in order: what two runs are compared by.
struct Transcript {
    private(set) var lines: [[UInt8]] = []

    init() {}
    init(line: String) { note(line) }

    /// Adds a line of text.
    mutating func note(_ text: String) { lines.append(Array(text.utf8)) }

    /// Adds an error: its code and message. Place and cause differ between forms of a plugin.
    mutating func note(_ error: PluginError) { note("error \(error.code): \(error.message)") }

    /// Adds bytes as they are.
    mutating func note(bytes: Span<UInt8>) {
        var line: [UInt8] = []
        line.append(bytes)
        lines.append(line)
    }

    /// Adds a line for each record: all columns, or those that `isIncluded` chooses by name, in the order of the schema.
    mutating func note(_ batch: Batch, where isIncluded: (String) -> Bool = { _ in true }) {
        for row in 0..<batch.count {
            var line: [UInt8] = []
            if let key = batch.key, isIncluded(Schema.keyName) { line.append(Schema.keyName, key, row) }
            if isIncluded(Schema.valueName) { line.append(Schema.valueName, batch.value, row) }
            if let time = batch.time, isIncluded(Schema.timeName) { line.append(Schema.timeName, time, row) }
            for (field, column) in zip(batch.schema.fields, batch.fields) where isIncluded(field.name) {
                line.append(field.name, column, row)
            }
            lines.append(line)
        }
    }

    /// Adds rejected rows, counted from `offset` on.
    mutating func note(_ rejections: Rejections, offset: Int = 0) {
        for entry in rejections.entries {
            note("rejected \(entry.row + offset): \(entry.error.code): \(entry.error.message)")
        }
    }

    mutating func append(_ other: Transcript) { lines += other.lines }

    /// The first line in which this differs from what was expected; nil when there is none.
    func difference(from expected: Transcript) -> String? {
        for (index, pair) in zip(lines, expected.lines).enumerated() where pair.0 != pair.1 {
            // Long lines are alike for long: what is shown begins a little before the first byte that differs.
            let alike = zip(pair.0, pair.1).prefix { $0 == $1 }.count
            let start = alike < 100 ? 0 : alike - 40
            return "line \(index) is \(Self.shown(pair.0, from: start)), expected \(Self.shown(pair.1, from: start))"
        }
        guard lines.count != expected.lines.count else { return nil }
        let extra = lines.count > expected.lines.count ? lines[expected.lines.count] : expected.lines[lines.count]
        return "\(lines.count) lines, expected \(expected.lines.count); the first one over is \(Self.shown(extra))"
    }

    private static func shown(_ line: [UInt8], from start: Int = 0) -> String {
        var text = start > 0 ? "..." : ""
        for byte in line.dropFirst(start).prefix(160) {
            text += (32..<127).contains(byte) ? String(UnicodeScalar(byte)) : "\\" + String(byte, radix: 16)
        }
        return line.count > start + 160 ? text + "..." : text
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Span<UInt8>) {
        reserveCapacity(count + bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Name, type and value of a column's row, in a form that no two values share.
    fileprivate mutating func append(_ name: String, _ column: Column, _ row: Int) {
        self += name.utf8
        append(UInt8(ascii: ":"))
        self += column.type.name.utf8
        append(UInt8(ascii: "="))
        appendValue(column, row)
        append(UInt8(ascii: " "))
    }

    private mutating func appendValue(_ column: Column, _ row: Int) {
        guard column.isValid(row) else { return self += "none".utf8 }
        switch column.type {
        case .int64, .timestamp: self += String(column.int64s[row]).utf8
        case .float64: self += "\(column.float64s[row]) \(String(column.float64s[row].bitPattern, radix: 16))".utf8
        case .bool: self += (column.bool(row) ? "true" : "false").utf8
        case .utf8, .binary, .json, .word:
            let bytes = column.bytes(row)
            self += "\(bytes.count)'".utf8
            append(bytes)
        case .map:
            guard let keys = column.mapKeys, let values = column.mapValues else { return }
            append(UInt8(ascii: "{"))
            for entry in column.entryRange(row) {
                appendValue(keys, entry)
                append(UInt8(ascii: ">"))
                appendValue(values, entry)
                append(UInt8(ascii: ","))
            }
            append(UInt8(ascii: "}"))
        }
    }
}

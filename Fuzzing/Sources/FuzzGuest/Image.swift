internal import CPatchbay
internal import PatchbayABI
internal import PatchbayPlugin

/// Writes sound answers into the fake memory, one structure behind the other.
struct Image {
    let memory: GuestMemory
    var next: UInt64

    init(_ memory: GuestMemory, at start: UInt64) {
        self.memory = memory
        next = start
    }

    mutating func room(_ size: Int) -> UInt64 {
        let place = (next + 7) & ~7
        next = place + UInt64(size)
        return place
    }

    func store<T: BitwiseCopyable>(_ value: T, at address: UInt64) {
        // The image is small and lies at the beginning of the memory; a script that takes memory away loses it.
        try? memory.store(value, at: address, Place("the image"))
    }

    mutating func array<T: BitwiseCopyable>(_ values: [T]) -> UInt64 {
        let address = room(max(8, values.count * MemoryLayout<T>.stride))
        for (index, value) in values.enumerated() {
            store(value, at: address + UInt64(index * MemoryLayout<T>.stride))
        }
        return address
    }

    mutating func text(_ text: String) -> patchbay_bytes {
        patchbay_bytes(address: array(Array(text.utf8)), length: UInt64(text.utf8.count))
    }

    mutating func list<T: BitwiseCopyable>(_ values: [T]) -> patchbay_list {
        patchbay_list(address: array(values), count: UInt64(values.count))
    }
}

/// The types that fields may have, in the order of the bits of a script.
let fieldTypes: [(name: String, type: patchbay_type)] = [
    ("number", PATCHBAY_INT64), ("ratio", PATCHBAY_FLOAT64), ("flag", PATCHBAY_BOOL), ("text", PATCHBAY_UTF8),
    ("blob", PATCHBAY_BINARY), ("word", PATCHBAY_WORD), ("level", PATCHBAY_WORD), ("at", PATCHBAY_TIMESTAMP),
    ("document", PATCHBAY_JSON), ("labels", PATCHBAY_MAP), ("rest", PATCHBAY_JSON_MAP),
]

extension Image {
    mutating func schema(_ script: Script) -> UInt64 {
        var schema = patchbay_schema()
        schema.flags = UInt32(script.fields >> 11) & 15
        var fields: [patchbay_field] = []
        for (index, entry) in fieldTypes.enumerated() where script.fields >> UInt16(index) & 1 != 0 {
            var field = patchbay_field()
            field.name = text(entry.name)
            field.type = entry.type.rawValue
            if entry.name == "level" { field.words = list([text("error"), text("warn"), text("info")]) }
            field.summary = text("A field.")
            fields.append(field)
        }
        schema.fields = list(fields)
        schema.text_template = text("{value}")
        schema.record_suffix = text("\n")
        return array([schema])
    }

    /// The columns of a batch of the script's fields. `input` is what values may show.
    mutating func batch(_ script: Script, input: patchbay_bytes) -> patchbay_batch {
        var columns: [patchbay_column] = []
        let flags = UInt32(script.fields >> 11) & 15
        if flags & UInt32(PATCHBAY_SCHEMA_KEY) != 0 { columns.append(bytes(PATCHBAY_BINARY, script.rows, script, nil)) }
        let shown = script.has(2) && input.length > 0 ? input : nil
        columns.append(bytes(PATCHBAY_BINARY, script.rows, script, shown))
        if flags & UInt32(PATCHBAY_SCHEMA_TIME) != 0 { columns.append(numbers(PATCHBAY_TIMESTAMP, script)) }
        for (index, entry) in fieldTypes.enumerated() where script.fields >> UInt16(index) & 1 != 0 {
            columns.append(column(entry.type, script))
        }
        if script.has(3), var last = columns.popLast() {
            last.type = PATCHBAY_INHERITED.rawValue
            last.inherited = UInt32(columns.count)
            columns.append(last)
        }
        return patchbay_batch(rows: UInt64(script.rows), columns: list(columns))
    }

    private mutating func column(_ type: patchbay_type, _ script: Script) -> patchbay_column {
        switch type {
        case PATCHBAY_INT64, PATCHBAY_FLOAT64, PATCHBAY_TIMESTAMP: return numbers(type, script)
        case PATCHBAY_BOOL:
            var column = header(type, script.rows, script)
            column.values = array([UInt8](repeating: 0xA5, count: 8))
            return column
        case PATCHBAY_WORD: return words(script)
        case PATCHBAY_MAP, PATCHBAY_JSON_MAP:
            var column = header(type, script.rows, script)
            let count = script.rows * 2
            let keys = bytes(PATCHBAY_UTF8, count, nil, nil)
            let values = bytes(type == PATCHBAY_MAP ? PATCHBAY_UTF8 : PATCHBAY_JSON, count, script, nil)
            column.values = array((0...script.rows).map { Int32($0 * 2) })
            column.ends = column.values + 4
            column.words = array([keys, values])
            return column
        default: return bytes(type, script.rows, script, nil)
        }
    }

    private mutating func header(_ type: patchbay_type, _ rows: Int, _ script: Script?) -> patchbay_column {
        var column = patchbay_column()
        column.type = type.rawValue
        column.count = UInt64(rows)
        if let script, !script.has(1) { column.validity = array([UInt8](repeating: 0xDB, count: (rows + 7) / 8)) }
        return column
    }

    private mutating func numbers(_ type: patchbay_type, _ script: Script) -> patchbay_column {
        var column = header(type, script.rows, script)
        column.values = array((0..<script.rows).map { Int64($0) * 1_000_000_007 })
        return column
    }

    private mutating func bytes(
        _ type: patchbay_type, _ rows: Int, _ script: Script?, _ shown: patchbay_bytes?
    ) -> patchbay_column {
        var column = header(type, rows, script)
        if let shown {
            let size = max(1, Int(shown.length) / max(rows, 1))
            let starts = (0...rows).map { Int32(min($0 * size, Int(shown.length))) }
            column.values = array(starts)
            column.ends = column.values + 4
            column.data = shown
            return column
        }
        column.data = text(String(repeating: "[1]", count: rows))
        let starts = (0...rows).map { Int32($0 * 3) }
        column.values = array(starts)
        // The same as values + 4, or an array of its own.
        column.ends = script?.has(4) == true ? array(starts.dropFirst().map { $0 }) : column.values + 4
        return column
    }

    private mutating func words(_ script: Script) -> patchbay_column {
        var column = header(PATCHBAY_WORD, script.rows, script)
        column.values = array((0..<script.rows).map { Int32($0 % 3) })
        var table = patchbay_column()
        table.type = PATCHBAY_UTF8.rawValue
        table.count = 3
        table.data = text("errorwarninfo")
        let starts: [Int32] = script.has(4) ? [0, 5, 9, 13] : [0, 5, 9, 13]
        table.values = array(starts)
        table.ends = script.has(4) ? array([4, 8, 13] as [Int32]) : table.values + 4
        column.words = array([table])
        column.version = 1
        return column
    }
}

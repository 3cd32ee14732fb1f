internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Reads JSON objects into the columns of a schema. A member that the schema does not have, or of another type, is an
/// error; one that is left out or `null` is a missing value.
final class JSONRecordReader {
    let schema: Schema
    private let builder: BatchBuilder
    private let names: [(name: Bytes, column: ColumnBuilder)]
    /// Where the next member is looked for first.
    private var guess = 0
    private var scratch = ByteBuffer()
    private let rowLimit: Int
    private(set) var count = 0

    /// - Parameter memoryLimit: bytes of memory that the records may take besides their text: short lines could otherwise
    ///   ask for a great deal of it.
    init(_ schema: Schema, memoryLimit: Int) {
        self.schema = schema
        let builder = BatchBuilder(schema: schema)
        self.builder = builder
        var names = schema.fields.enumerated().map { (Bytes($1.name), builder.fields[$0]) }
        func add(_ name: String, _ column: ColumnBuilder?) {
            if let column, schema.index(of: name) == nil { names.append((Bytes(name), column)) }
        }
        add(Schema.timeName, builder.time)
        add(Schema.valueName, builder.value)
        add(Schema.keyName, builder.key)
        self.names = names
        rowLimit = max(1024, memoryLimit / (8 * (names.count + 1)))
    }

    /// Starts an empty batch.
    func begin() {
        builder.begin()
        count = 0
    }

    /// The records read since ``begin()``.
    func finish() throws(PluginError) -> Batch {
        let batch = builder.finish()
        begin()
        guard batch.overflow == nil else {
            throw PluginError(.invalidResult, "the text of a column passes 2 GiB")
        }
        return batch
    }

    /// Reads one object.
    func read(_ scanner: inout JSONScanner) throws(PluginError) {
        guard count < rowLimit else {
            throw PluginError(.invalidResult, "more than \(rowLimit) records of \(names.count) columns in one answer")
        }
        try scanner.require(UInt8(ascii: "{"))
        guess = 0
        if !scanner.take(UInt8(ascii: "}")) {
            repeat {
                guard scanner.next == UInt8(ascii: "\"") else { throw scanner.wrong("expected a key in quotes") }
                let column = try column(&scanner)
                try scanner.require(UInt8(ascii: ":"))
                try append(&scanner, to: column)
            } while scanner.take(UInt8(ascii: ","))
            try scanner.require(UInt8(ascii: "}"))
        }
        for (_, column) in names where column.count == count { column.appendNull() }
        // The record has no column for it when a field bears its name.
        if builder.value.count == count { builder.value.appendNull() }
        count += 1
    }

    /// The column whose name comes next.
    private func column(_ scanner: inout JSONScanner) throws(PluginError) -> ColumnBuilder {
        let (range, hasEscapes) = try scanner.string()
        scratch.removeAll()
        try scanner.append(range, hasEscapes: hasEscapes, to: &scratch)
        for step in names.indices {
            let index = (guess + step) % names.count
            let name = names[index].name
            guard scratch.withSpan({ name.span.elementsEqual($0) }) else { continue }
            guess = index + 1
            guard names[index].column.count == count else {
                throw PluginError(.invalidResult, "the member \(names[index].name.text.quotedForMessage) comes twice")
            }
            return names[index].column
        }
        throw PluginError(.invalidResult, "the output schema has no field \(scratchText)")
    }

    private var scratchText: String { scratch.withSpan { String(decoding: $0) }.quotedForMessage }

    // MARK: Values

    private func append(_ scanner: inout JSONScanner, to column: ColumnBuilder) throws(PluginError) {
        if scanner.take("null") { return column.appendNull() }
        switch column.type {
        case .int64: column.append(int64: try whole(&scanner))
        case .float64: column.append(float64: try fraction(&scanner))
        case .bool:
            let isTrue = scanner.take("true")
            guard isTrue || scanner.take("false") else { throw wrong("true or false", &scanner) }
            column.append(bool: isTrue)
        case .timestamp:
            try takeText(&scanner)
            guard let time = scratch.withSpan(TimestampText.nanoseconds) else { throw wrong("a time", &scanner) }
            column.append(int64: time)
        case .word:
            try takeText(&scanner)
            guard let index = scratch.withSpan(column.index(ofWord:)) else {
                throw PluginError(.invalidResult, "\(scratchText) is none of the words of its field")
            }
            column.append(wordIndex: index)
        case .utf8, .binary:
            try takeText(&scanner)
            scratch.withSpan { column.append(copying: $0) }
        case .json:
            let range = try scanner.value()
            column.append(copying: scanner.text.span.extracting(range))
        case .map(let json): try appendMap(&scanner, to: column, json: json)
        }
    }

    private func whole(_ scanner: inout JSONScanner) throws(PluginError) -> Int64 {
        let (range, isWhole) = try scanner.number()
        guard isWhole, let number = Int64(String(decoding: scanner.text.span.extracting(range))) else {
            throw wrong("a whole number of 64 bits", &scanner)
        }
        return number
    }

    private func fraction(_ scanner: inout JSONScanner) throws(PluginError) -> Double {
        let (range, _) = try scanner.number()
        guard let number = Double(String(decoding: scanner.text.span.extracting(range))), number.isFinite else {
            throw wrong("a number", &scanner)
        }
        return number
    }

    /// Puts a string, or bytes as `{"$base64": "…"}`, into ``scratch``.
    private func takeText(_ scanner: inout JSONScanner) throws(PluginError) {
        scratch.removeAll()
        guard scanner.take(UInt8(ascii: "{")) else {
            guard scanner.next == UInt8(ascii: "\"") else { throw wrong("a text", &scanner) }
            let (range, hasEscapes) = try scanner.string()
            return try scanner.append(range, hasEscapes: hasEscapes, to: &scratch)
        }
        guard scanner.next == UInt8(ascii: "\"") else { throw wrong("a text", &scanner) }
        let (key, _) = try scanner.string()
        try scanner.require(UInt8(ascii: ":"))
        let (digits, hasEscapes) = try scanner.string()
        try scanner.append(digits, hasEscapes: hasEscapes, to: &scratch)
        try scanner.require(UInt8(ascii: "}"))
        let text = scanner.text
        guard text.span.extracting(key).equals("$base64"),
            let bytes = scratch.withSpan({ Base64.decoded(String(decoding: $0)) })
        else { throw wrong("a text, or bytes as {\"$base64\": …}", &scanner) }
        scratch.removeAll()
        scratch.append(bytes.span)
    }

    private func appendMap(
        _ scanner: inout JSONScanner, to column: ColumnBuilder, json: Bool
    ) throws(PluginError) {
        guard let (keys, values) = column.mapBuilders else { return column.appendNull() }
        guard scanner.take(UInt8(ascii: "{")) else { throw wrong("an object", &scanner) }
        if !scanner.take(UInt8(ascii: "}")) {
            repeat {
                guard keys.count < rowLimit else {
                    throw PluginError(.invalidResult, "more than \(rowLimit) entries of maps in one answer")
                }
                guard scanner.next == UInt8(ascii: "\"") else { throw scanner.wrong("expected a key in quotes") }
                let (range, hasEscapes) = try scanner.string()
                scratch.removeAll()
                try scanner.append(range, hasEscapes: hasEscapes, to: &scratch)
                scratch.withSpan { keys.append(copying: $0) }
                try scanner.require(UInt8(ascii: ":"))
                try append(&scanner, to: values)
            } while scanner.take(UInt8(ascii: ","))
            try scanner.require(UInt8(ascii: "}"))
        }
        column.endMap()
    }

    private func wrong(_ wanted: String, _ scanner: inout JSONScanner) -> PluginError {
        PluginError(.invalidResult, "column \(scanner.at + 1): the field wants \(wanted)")
    }
}

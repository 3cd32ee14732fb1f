import PatchbayCore
import PatchbayFrame
import PatchbayPlugin

/// Copies the records of frames into a builder, field by field.
final class FrameFields {
    /// Why a frame was not read.
    enum Failure: Error {
        /// The frame is damaged.
        case frame(FrameError)
        /// The frame is sound and does not fit the parser.
        case plugin(PluginError)

        /// The error in the plugin layer's words.
        var plugin: PluginError {
            switch self {
            case .frame(let error): PluginError(.input, error.message, advice: error.advice)
            case .plugin(let error): error
            }
        }
    }

    /// The types that a field of the options can have.
    static let types: [FieldType] = [
        .int64, .float64, .bool, .utf8, .binary, .word, .timestamp, .json, .map(json: false), .map(json: true),
    ]

    /// The fields to copy.
    var schema = Schema(fields: [])
    private var reader = FrameReader()
    /// The last frame's schema, and where in it each field stands.
    private var seen: Schema?
    private var places: [Int] = []

    /// Appends the records of one frame.
    func read(_ bytes: Bytes, into builder: BatchBuilder) throws(Failure) {
        let batch: Batch
        do {
            let isInPlace = bytes.buffer.isAligned(at: bytes.offset, to: 8)
            batch = try reader.read(isInPlace ? bytes : Bytes(copying: bytes.span))
        } catch {
            throw .frame(error)
        }
        try look(up: batch.schema)
        if let key = builder.key { append(batch.key, batch.count, to: key) }
        if let time = builder.time { append(batch.time, batch.count, to: time) }
        for (field, place) in zip(builder.fields, places) { append(batch.fields[place], batch.count, to: field) }
        append(batch.value, batch.count, to: builder.value)
    }

    private func look(up frame: Schema) throws(Failure) {
        if seen === frame { return }
        seen = nil
        places.removeAll(keepingCapacity: true)
        for field in schema.fields {
            guard let place = frame.index(of: field.name), frame.fields[place].type == field.type else {
                let error = PluginError(
                    .schema,
                    "a frame has no field '\(field.name)' of type \(field.type.name)",
                    advice: "name the fields of the file in the option 'fields'"
                )
                throw .plugin(error)
            }
            places.append(place)
        }
        seen = frame
    }

    private func append(_ source: Column?, _ count: Int, to target: ColumnBuilder) {
        guard let source else {
            for _ in 0..<count { target.appendNull() }
            return
        }
        switch source.type {
        case .word: appendWords(source, to: target)
        case .int64, .timestamp:
            let numbers = source.int64s
            for row in 0..<count {
                if source.isValid(row) { target.append(int64: numbers[row]) } else { target.appendNull() }
            }
        case .float64:
            let numbers = source.float64s
            for row in 0..<count {
                if source.isValid(row) { target.append(float64: numbers[row]) } else { target.appendNull() }
            }
        case .bool:
            for row in 0..<count {
                if source.isValid(row) { target.append(bool: source.bool(row)) } else { target.appendNull() }
            }
        case .utf8, .binary, .json:
            for row in 0..<count { appendBytes(source, row, to: target) }
        case .map:
            for row in 0..<count { appendMap(source, row, to: target) }
        }
    }

    private func appendBytes(_ source: Column, _ row: Int, to target: ColumnBuilder) {
        if source.isValid(row) { target.append(copying: source.bytes(row)) } else { target.appendNull() }
    }

    private func appendMap(_ source: Column, _ row: Int, to target: ColumnBuilder) {
        guard source.isValid(row), let (keys, values) = target.mapBuilders, let names = source.mapKeys,
            let contents = source.mapValues
        else { return target.appendNull() }
        for entry in source.entryRange(row) {
            appendBytes(names, entry, to: keys)
            appendBytes(contents, entry, to: values)
        }
        target.endMap()
    }

    private func appendWords(_ source: Column, to target: ColumnBuilder) {
        guard let words = source.words else { return }
        var known = [Int32?](repeating: nil, count: words.count)
        let indices = source.indices
        for row in 0..<source.count {
            guard source.isValid(row) else {
                target.appendNull()
                continue
            }
            let word = Int(indices[row])
            let index = known[word] ?? target.index(ofWord: words.word(word))
            known[word] = index
            if let index { target.append(wordIndex: index) } else { target.appendNull() }
        }
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Records as JSON lines, for plugins that know no frames.
final class JSONLinesCoding: RecordCoding {
    let mediaType = Wire.jsonLines
    private var writer = JSONRecordWriter()
    private var reader: JSONRecordReader?
    private var wanted: ColumnRequest?
    private let memoryLimit: Int

    init(memoryLimit: Int) { self.memoryLimit = memoryLimit }

    func carry(_ wanted: ColumnRequest?) {
        self.wanted = wanted
        writer.reset()
    }

    func body(of batch: Batch) throws(PluginError) -> Bytes {
        writer.bind(batch.schema, wanted)
        var output = ByteBuffer(capacity: batch.count * 64)
        for row in 0..<batch.count { writer.write(batch, row, to: &output) }
        return output.finish()
    }

    // MARK: Answers

    func selection(
        _ answer: ProcessAnswer, rows: Int, into selection: inout Selection
    ) throws(PluginError) -> Rejections {
        var failures = Rejections()
        selection.reset(count: rows, all: false)
        var lines = JSONLines(answer.body)
        var row = 0
        while var line = lines.next() {
            try check(row, rows)
            if line.take("true") {
                selection[row] = true
            } else if !line.take("false") {
                guard case .error(let message) = try JSONLines.control(&line) else {
                    throw lines.wrong("it is neither true nor false nor an error")
                }
                failures.reject(row, PluginError(.input, message, record: row))
            }
            try lines.end(&line)
            row += 1
        }
        try check(all: row, rows)
        return failures
    }

    func rejections(_ answer: ProcessAnswer, rows: Int) throws(PluginError) -> Rejections {
        var rejections = Rejections()
        var lines = JSONLines(answer.body)
        var row = 0
        while var line = lines.next() {
            try check(row, rows)
            if !line.take("null") {
                guard case .error(let message) = try JSONLines.control(&line) else {
                    throw lines.wrong("it is neither null nor an error")
                }
                rejections.reject(row, PluginError(.input, message, record: row))
            }
            try lines.end(&line)
            row += 1
        }
        if row > 0 { try check(all: row, rows) }
        return rejections
    }

    func results(
        _ answer: ProcessAnswer, rows: Int, of schema: Schema, showing request: Bytes
    ) throws(PluginError) -> RecordsAnswer {
        guard !answer.has(.more) else {
            throw PluginError(.invalidResult, "a transform answers JSON lines all at once, without 'more'")
        }
        let reader = reader(schema)
        var results = RecordsAnswer()
        var lines = JSONLines(answer.body)
        var row = 0
        while var line = lines.next() {
            try check(row, rows)
            let before = reader.count
            do throws(PluginError) {
                if let message = try read(&line, reader) {
                    results.rejections.reject(row, PluginError(.input, message, record: row))
                } else if reader.count == before {
                    results.dropped += 1
                } else {
                    results.added += UInt64(reader.count - before - 1)
                }
                try lines.end(&line)
            } catch {
                throw lines.located(error)
            }
            row += 1
        }
        try check(all: row, rows)
        if reader.count > 0 { results.batches.append(try reader.finish()) }
        return results
    }

    /// Reads what became of one record; returns why it was refused, if it was.
    private func read(_ line: inout JSONScanner, _ reader: JSONRecordReader) throws(PluginError) -> String? {
        if line.take("null") { return nil }
        if line.take(UInt8(ascii: "[")) {
            if line.take(UInt8(ascii: "]")) { return nil }
            repeat { try reader.read(&line) } while line.take(UInt8(ascii: ","))
            try line.require(UInt8(ascii: "]"))
            return nil
        }
        switch try JSONLines.control(&line) {
        case .error(let message): return message
        case .region: throw PluginError(.invalidResult, "a transform reports no regions")
        case nil: try reader.read(&line)
        }
        return nil
    }

    func records(
        _ answer: ProcessAnswer, of schema: Schema, showing request: Bytes?
    ) throws(PluginError) -> RecordsAnswer {
        let reader = reader(schema)
        var results = RecordsAnswer()
        var lines = JSONLines(answer.body)
        while var line = lines.next() {
            do throws(PluginError) {
                switch try JSONLines.control(&line) {
                case .region(let region) where request != nil: results.regions.append(region)
                case nil: try reader.read(&line)
                default: throw PluginError(.invalidResult, "the line does not belong there")
                }
                try lines.end(&line)
            } catch {
                throw lines.located(error)
            }
        }
        if reader.count > 0 { results.batches.append(try reader.finish()) }
        return results
    }

    private func reader(_ schema: Schema) -> JSONRecordReader {
        if let reader, reader.schema === schema {
            reader.begin()
            return reader
        }
        let fresh = JSONRecordReader(schema, memoryLimit: memoryLimit)
        reader = fresh
        return fresh
    }

    private func check(_ row: Int, _ rows: Int) throws(PluginError) {
        guard row < rows else { throw PluginError(.invalidResult, "more lines than the \(rows) records") }
    }

    private func check(all count: Int, _ rows: Int) throws(PluginError) {
        guard count == rows else { throw PluginError(.invalidResult, "\(count) lines for \(rows) records") }
    }
}

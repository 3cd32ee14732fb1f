internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayPlugin
internal import PatchbayWire

/// Records as frames.
final class FrameCoding: RecordCoding {
    let mediaType = Wire.frames
    private var writer = FrameWriter()
    private var recordReader = FrameReader()
    private var selectionReader = FrameReader()
    private var errorReader = FrameReader()
    private var regionReader = FrameReader()
    private var wanted: ColumnRequest?
    /// Which columns of a schema are sent.
    private var carried: (schema: Schema, columns: [Bool])?
    /// A schema of frames that was found to describe what was agreed on.
    private var accepted: (theirs: Schema, ours: Schema)?
    private var pool = BufferPool(limit: 8)
    private var lastSize = 64 << 10

    func carry(_ wanted: ColumnRequest?) {
        self.wanted = wanted
        carried = nil
    }

    func body(of batch: Batch) throws(PluginError) -> Bytes {
        if let wanted, carried?.schema !== batch.schema {
            carried = (batch.schema, wanted.columns(of: batch.schema))
        }
        do throws(FrameError) {
            var output = ByteBuffer(reusing: pool.take(capacity: lastSize))
            try writer.write(batch, carrying: carried?.columns, to: &output)
            // With room to spare, or every other batch would outgrow the memory.
            lastSize = max(output.count + output.count / 4, 4096)
            return output.finish()
        } catch {
            throw PluginError(.output, "the records cannot be sent", cause: error.message, advice: error.advice)
        }
    }

    // MARK: Answers

    func selection(
        _ answer: ProcessAnswer, rows: Int, into selection: inout Selection
    ) throws(PluginError) -> Rejections {
        var frames = try AnswerFrames(answer)
        var failures = Rejections()
        var isThere = false
        while let (part, bytes) = try frames.next() {
            switch part {
            case .selection where !isThere:
                try AnswerParts.read(try read(bytes, &selectionReader), rows: rows, into: &selection)
                isThere = true
            case .errors where failures.entries.isEmpty:
                failures = try AnswerParts.read(try read(bytes, &errorReader), rows: rows)
            default: throw Self.unexpected(part)
            }
        }
        guard isThere else { throw PluginError(.invalidResult, "the answer has no selection") }
        for entry in failures.entries { selection[entry.row] = false }
        return failures
    }

    func rejections(_ answer: ProcessAnswer, rows: Int) throws(PluginError) -> Rejections {
        var frames = try AnswerFrames(answer)
        var rejections = Rejections()
        while let (part, bytes) = try frames.next() {
            guard part == .errors, rejections.entries.isEmpty else { throw Self.unexpected(part) }
            rejections = try AnswerParts.read(try read(bytes, &errorReader), rows: rows)
        }
        return rejections
    }

    func results(
        _ answer: ProcessAnswer, rows: Int, of schema: Schema, showing request: Bytes
    ) throws(PluginError) -> RecordsAnswer {
        var frames = try AnswerFrames(answer)
        var results = RecordsAnswer()
        while let (part, bytes) = try frames.next() {
            switch part {
            case .records: results.batches.append(try records(bytes, schema, request))
            case .errors where results.rejections.entries.isEmpty:
                results.rejections = try AnswerParts.read(try read(bytes, &errorReader), rows: rows)
            default: throw Self.unexpected(part)
            }
        }
        results.dropped = try answer.number(WireHeader.dropped) ?? 0
        results.added = try answer.number(WireHeader.added) ?? 0
        return results
    }

    func records(
        _ answer: ProcessAnswer, of schema: Schema, showing request: Bytes?
    ) throws(PluginError) -> RecordsAnswer {
        var frames = try AnswerFrames(answer)
        var results = RecordsAnswer()
        while let (part, bytes) = try frames.next() {
            switch part {
            case .records: results.batches.append(try records(bytes, schema, request))
            case .regions where request != nil && results.regions.isEmpty:
                results.regions = try AnswerParts.regions(try read(bytes, &regionReader))
            default: throw Self.unexpected(part)
            }
        }
        return results
    }

    private func records(
        _ bytes: Bytes, _ schema: Schema, _ request: Bytes?
    ) throws(PluginError) -> Batch {
        let batch: Batch
        do throws(FrameError) {
            batch = try recordReader.read(bytes, showing: request)
        } catch {
            throw PluginError(.invalidResult, error.description)
        }
        if accepted?.theirs !== batch.schema || accepted?.ours !== schema {
            guard batch.schema.describesSameRecords(as: schema) else {
                throw PluginError(.invalidResult, "the records have other fields than were agreed on")
            }
            accepted = (batch.schema, schema)
        }
        return Batch(
            schema: schema, count: batch.count, key: batch.key, value: batch.value, time: batch.time,
            fields: batch.fields)
    }

    private func read(_ bytes: Bytes, _ reader: inout FrameReader) throws(PluginError) -> Batch {
        do throws(FrameError) {
            return try reader.read(bytes)
        } catch {
            throw PluginError(.invalidResult, error.description)
        }
    }

    private static func unexpected(_ part: WirePart) -> PluginError {
        PluginError(.invalidResult, "the answer has a part '\(part.rawValue)' that does not belong there")
    }
}

/// The frames of an answer, one after the other.
private struct AnswerFrames {
    private let body: Bytes
    private var parts: ArraySlice<String>
    private var at = 0

    init(_ answer: ProcessAnswer) throws(PluginError) {
        body = answer.body
        parts = ArraySlice(answer.fields.words(WireHeader.parts))
        if parts.isEmpty, body.count > 0 {
            throw PluginError(.invalidResult, "the answer has a body and no '\(WireHeader.parts)'")
        }
    }

    /// The next frame; nil after the last.
    mutating func next() throws(PluginError) -> (WirePart, Bytes)? {
        guard let name = parts.popFirst() else {
            guard at == body.count else {
                throw PluginError(.invalidResult, "\(body.count - at) bytes follow the last frame")
            }
            return nil
        }
        guard let part = WirePart(rawValue: name) else {
            throw PluginError(.invalidResult, "\(name.quotedForMessage) is no part of an answer")
        }
        let rest = Bytes(body.buffer, at: body.offset + at, count: body.count - at)
        let length: Int?
        do throws(FrameError) {
            length = try FrameReader.length(of: rest.span)
        } catch {
            throw PluginError(.invalidResult, error.description)
        }
        guard let length, length <= rest.count else {
            throw PluginError(.invalidResult, "the frame '\(name)' is cut off")
        }
        at += length
        return (part, Bytes(rest.buffer, at: rest.offset, count: length))
    }
}

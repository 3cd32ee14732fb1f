internal import PatchbayCore
internal import PatchbayFrame
internal import PatchbayPlugin
internal import PatchbayWire

/// Batches that did not fit into one answer.
struct PendingResults {
    /// In order, none empty.
    var batches: [Batch]
    /// The bytes that they may show; the host has them too.
    let input: Bytes
}

/// Writes the frames of answers. Keeps its working memory; one thread uses it at a time.
struct AnswerFrames: ~Copyable {
    /// An answer that has more bytes takes no further batch of results.
    static let sizeLimit = 8 << 20

    private var writer = FrameWriter()
    /// The memory of the last answers, used again once they are sent.
    private var pool = BufferPool(limit: 4)
    private var lastSize = 4096

    /// The answer with `batches` as its results, as many of them as fit, and `others` in front of them.
    ///
    /// - Parameter input: the body of the request, in which values may be shown.
    mutating func answer(
        _ batches: [Batch], showing input: Bytes, with others: [(WirePart, Batch)] = []
    ) throws(PluginError) -> ServedAnswer {
        var body = ByteBuffer(reusing: pool.take(capacity: lastSize))
        var parts: [WirePart] = []
        for (part, batch) in others {
            try append(batch, carrying: carriesNoValue(batch.schema), showing: nil, to: &body)
            parts.append(part)
        }
        var next = 0
        while next < batches.count, next == 0 || body.count < Self.sizeLimit {
            try append(batches[next], carrying: nil, showing: input, to: &body)
            parts.append(.records)
            next += 1
        }
        var answer = ServedAnswer()
        guard !parts.isEmpty else { return answer }
        // With room to spare, or every other answer would outgrow the memory.
        lastSize = max(body.count + body.count / 4, 4096)
        answer.fields.append("Content-Type", Wire.frames)
        answer.fields.append(WireHeader.parts, parts.map(\.rawValue).joined(separator: ", "))
        answer.body = [body.finish()]
        if next < batches.count { answer.rest = PendingResults(batches: Array(batches[next...]), input: input) }
        return answer
    }

    private func carriesNoValue(_ schema: Schema) -> [Bool] { [false] + schema.fields.map { _ in true } }

    private mutating func append(
        _ batch: Batch, carrying carried: [Bool]?, showing input: Bytes?, to body: inout ByteBuffer
    ) throws(PluginError) {
        do throws(FrameError) {
            try writer.write(batch, carrying: carried, showing: input, to: &body)
        } catch {
            throw PluginError(.output, "the results cannot be sent", cause: error.message)
        }
    }
}

internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A transform behind the ABI. It is given the columns that it reads, and hands back those that it made; the others are
/// taken over from the input on the host's side and never pass through its memory.
public final class GuestTransform: GuestRole, TransformPlugin {
    private let image = BatchImage()
    private var reading: BatchReading?
    private var described: (input: Schema, output: Schema)?
    private var bound: (input: Schema, output: Schema)?
    /// What it reads before any schema is known.
    private let own: FieldRequest

    init(asking session: GuestSession) throws(PluginError) {
        own = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.request
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        image.bind(bound.input, try session.agreeAgain(input: bound.input, request: .everything, on: bound.output))
    }

    /// See ``PatchbayPlugin/TransformPlugin/outputSchema(for:)``.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        if let described, described.input === input { return described.output }
        let output = try session.agreeOutput(input: input, request: .everything, commits: false).schema
        described = (input, output)
        return output
    }

    /// What it reads itself, and what it may hand on of its input: all that is asked for and that it does not make.
    public func wanted(for output: FieldRequest) -> FieldRequest {
        guard let described else { return own }
        var wanted = own
        do throws(PluginError) {
            wanted.formUnion(
                try session.agree(input: described.input, request: output, commits: false).wanted.request)
        } catch {
            // It shows again when it is bound; until then everything is kept.
            return .everything
        }
        wanted.all = wanted.all || output.all
        for name in output.names
        where described.input.index(of: name) != nil || described.output.index(of: name) == nil {
            wanted.insert(name)
        }
        return wanted
    }

    /// See ``PatchbayPlugin/TransformPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) -> Schema {
        let (output, wanted) = try session.agreeOutput(input: input, request: .everything, commits: true)
        image.bind(input, wanted)
        reading = BatchReading(output, outputLimit: session.configuration.limits.outputBytesPerCall)
        bound = (input, output)
        return output
    }

    /// See ``PatchbayPlugin/TransformPlugin/transform(_:into:)``.
    public func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        do throws(PluginError) {
            try session.renew()
            var results = GuestResults()
            var tally = Tally(rows: batch.count)
            let written = try image.write(batch, to: session)
            reading?.begin()
            var isUnderWay = false
            do throws(PluginError) {
                while true {
                    let answer = try session.invoke(PATCHBAY_TRANSFORM) { $0.batch = written }
                    isUnderWay = answer.has(PATCHBAY_MORE)
                    let before = tally
                    try take(answer, of: batch, &tally, into: &output)
                    guard try results.goesOn(answer, madeProgress: tally != before, "TRANSFORM") else { break }
                }
                try tally.settle(&output)
            } catch {
                // It would give the rest of this batch as the result of the next one.
                throw isUnderWay ? session.abandon(error) : error
            }
        } catch {
            throw error.during(PATCHBAY_TRANSFORM)
        }
    }

    private func take(
        _ answer: GuestAnswer, of batch: Batch, _ tally: inout Tally, into output: inout TransformOutput
    ) throws(PluginError) {
        let frame = answer.frame
        for (row, error) in try session.recordErrors(frame.errors, rows: batch.count) {
            try tally.reject(row)
            output.rejections.reject(row, error)
        }
        try tally.count(dropped: frame.dropped, added: frame.added)
        var source = try session.resultSource(answer)
        source.hostBlocks = image.blocks
        source.inherited = batch.allColumns
        source.rows = try rows(frame, of: batch, source.memory)
        let result = try reading?.batch(frame.result, source)
        session.count(copied: reading?.takeCopied() ?? 0)
        guard let made = result else { return }
        tally.made += made.count
        output.emit(made.comingFrom(batch))
    }

    /// The rows that inherited columns take; nil when each takes its own.
    private func rows(
        _ frame: patchbay_call_frame, of batch: Batch, _ memory: GuestMemory
    ) throws(PluginError) -> [Int32]? {
        guard frame.result_rows.count > 0, frame.result.rows > 0 else { return nil }
        let place = Place("the rows of the result")
        guard frame.result_rows.count == frame.result.rows,
            frame.result.rows <= UInt64(session.configuration.limits.outputBytesPerCall) / 4
        else { throw place.wrong("\(frame.result_rows.count) for \(frame.result.rows) records") }
        let rows = try memory.array(
            of: Int32.self, at: frame.result_rows.address, count: frame.result_rows.count, place)
        for row in rows where row < 0 || row >= batch.count {
            throw place.wrong("row \(UInt32(bitPattern: row)) of \(batch.count)")
        }
        return rows
    }
}

/// What became of the records of one batch: each must end up in one place.
private struct Tally: Equatable {
    let rows: Int
    var made = 0
    private var dropped: UInt64 = 0
    private var added: UInt64 = 0
    private var rejected = 0
    private var lastRejected = -1

    init(rows: Int) { self.rows = rows }

    mutating func reject(_ row: Int) throws(PluginError) {
        guard row > lastRejected else { throw Place("the errors").wrong("row \(row) comes twice, or not in order") }
        lastRejected = row
        rejected += 1
    }

    mutating func count(dropped more: UInt64, added extra: UInt64) throws(PluginError) {
        let (left, tooMany) = dropped.addingReportingOverflow(more)
        let (new, tooNew) = added.addingReportingOverflow(extra)
        guard !tooMany, !tooNew, left <= UInt64(rows), new <= UInt64(Int32.max) else {
            throw Place("TRANSFORM").wrong("\(more) records dropped and \(extra) added, of \(rows)")
        }
        dropped = left
        added = new
    }

    func settle(_ output: inout TransformOutput) throws(PluginError) {
        guard rows + Int(added) == made + Int(dropped) + rejected else {
            throw Place("TRANSFORM").wrong(
                "\(rows) records came in and \(added) were added, but \(made) went out, \(dropped) were dropped and "
                    + "\(rejected) rejected")
        }
        output.drop(Int(dropped))
        output.add(Int(added))
    }
}

extension Batch {
    /// The same records, with the place of the input where the values are still parts of it.
    fileprivate func comingFrom(_ input: Batch) -> Batch {
        guard let origin = input.origin else { return self }
        let isView = value.dataBuffer != nil && value.dataBuffer === input.value.dataBuffer
        return Batch(
            schema: schema, count: count, key: key, value: value, time: time, fields: fields,
            origin: Origin(part: origin.part, position: isView ? origin.position : nil))
    }
}

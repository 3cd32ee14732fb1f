public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A transform in a process. It is sent the columns that it reads and hands on; what it hands on unchanged it shows in the
/// bytes that it was sent.
public final class ProcessTransform: ProcessRole, TransformPlugin {
    private var described: (input: Schema, output: Schema)?
    private var bound: (input: Schema, output: Schema)?
    /// What it reads before any schema is known.
    private let own: FieldRequest

    init(asking session: ProcessSession) throws(PluginError) {
        own = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.fields
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        coding.carry(try session.agreeAgain(input: bound.input, request: .everything, on: bound.output))
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
                try session.agree(input: described.input, request: output, commits: false).wanted.fields)
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
        coding.carry(wanted)
        bound = (input, output)
        return output
    }

    /// See ``PatchbayPlugin/TransformPlugin/transform(_:into:)``.
    public func transform(_ batch: Batch, into output: inout TransformOutput) throws(PluginError) {
        guard let schema = bound?.output else {
            throw PluginError(.internalError, "the transform was not bound")
        }
        let body = try coding.body(of: batch)
        var results = ProcessResults()
        var tally = Tally(rows: batch.count)
        var isUnderWay = false
        var reloads = session.reloads
        do throws(PluginError) {
            while true {
                let answer = try session.invoke(.transform, type: coding.mediaType, body: [body])
                // A new instance begins the batch anew.
                guard !isUnderWay || session.reloads == reloads else {
                    throw PluginError(.crashed, "the process was replaced in the middle of a batch")
                }
                reloads = session.reloads
                isUnderWay = answer.has(.more)
                let made = try coding.results(answer, rows: batch.count, of: schema, showing: body)
                let count = tally
                try take(made, of: batch, &tally, into: &output)
                guard try results.goesOn(answer, madeProgress: tally != count) else { break }
            }
            try tally.settle(&output)
        } catch {
            let judged = session.judged(error, .transform)
            // It would give the rest of this batch as the result of the next one.
            if isUnderWay { session.abandon() }
            throw judged
        }
    }

    private func take(
        _ made: RecordsAnswer, of batch: Batch, _ tally: inout Tally, into output: inout TransformOutput
    ) throws(PluginError) {
        for entry in made.rejections.entries {
            try tally.reject(entry.row)
            output.rejections.reject(entry.row, entry.error)
        }
        try tally.count(dropped: made.dropped, added: made.added)
        for result in made.batches {
            tally.made += result.count
            output.emit(result.coming(from: batch))
        }
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
        guard row > lastRejected else {
            throw PluginError(.invalidResult, "row \(row) of the errors comes twice, or not in order")
        }
        lastRejected = row
        rejected += 1
    }

    mutating func count(dropped more: UInt64, added extra: UInt64) throws(PluginError) {
        let (left, tooMany) = dropped.addingReportingOverflow(more)
        let (new, tooNew) = added.addingReportingOverflow(extra)
        guard !tooMany, !tooNew, left <= UInt64(rows), new <= UInt64(Int32.max) else {
            throw PluginError(.invalidResult, "\(more) records dropped and \(extra) added, of \(rows)")
        }
        dropped = left
        added = new
    }

    func settle(_ output: inout TransformOutput) throws(PluginError) {
        guard rows + Int(added) == made + Int(dropped) + rejected else {
            throw PluginError(
                .invalidResult,
                "\(rows) records came in and \(added) were added, but \(made) went out, \(dropped) were dropped and "
                    + "\(rejected) rejected")
        }
        output.drop(Int(dropped))
        output.add(Int(added))
    }
}

extension Batch {
    /// The same records, with the part of the input that they come from. Their values are no parts of it any more.
    fileprivate func coming(from input: Batch) -> Batch {
        guard let origin = input.origin else { return self }
        return Batch(
            schema: schema, count: count, key: key, value: value, time: time, fields: fields,
            origin: Origin(part: origin.part, position: nil))
    }
}

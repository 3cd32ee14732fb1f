public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A parser in a process: one request per chunk, sent from where it lies. The records show the chunk's own bytes.
public class ProcessParser: ProcessRole, ParserPlugin {
    /// See ``PatchbayPlugin/ParserPlugin/schema``.
    public let schema: Schema
    private var bound: (wanted: FieldRequest, schema: Schema)?
    private var ownReasons: Set<String> = []

    init(asking session: ProcessSession) throws(PluginError) {
        schema = try session.agreeOutput(input: nil, request: nil, commits: false).schema
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        try session.agreeAgain(input: nil, request: bound.wanted, on: bound.schema)
    }

    /// See ``PatchbayPlugin/ParserPlugin/bind(_:)``.
    public func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let schema = try session.agreeOutput(input: nil, request: wanted, commits: true).schema
        bound = (wanted, schema)
        return schema
    }

    /// See ``PatchbayPlugin/ParserPlugin/parse(_:into:)``.
    public func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        let limit = output.remaining
        guard limit > 0 else { return ParseResult(consumed: 0) }
        let answer = try call(.parse, input, limit: limit)
        do throws(PluginError) {
            let result = try self.result(answer, input)
            let made = try coding.records(
                answer, of: bound?.schema ?? schema,
                showing: Bytes(input.buffer, at: input.start, count: input.end - input.start))
            var count = 0
            for batch in made.batches { count += batch.count }
            guard count <= limit else {
                throw PluginError(.invalidResult, "\(count) records where \(limit) were asked for")
            }
            try check(made.regions, input)
            if made.batches.count == 1 {
                output.builder.adopt(made.batches[0])
            } else {
                for batch in made.batches { output.builder.append(batch, of: input.buffer) }
            }
            for region in made.regions {
                output.skip(
                    position: region.position, length: Int(region.length), reason: known(region.reason))
            }
            return result
        } catch {
            throw session.judged(error, .parse)
        }
    }

    func call(
        _ operation: ProcessOperation, _ input: ParseInput, limit: Int?
    ) throws(PluginError) -> ProcessAnswer {
        var fields: HTTPFields = [WireHeader.position: String(input.position)]
        if let limit { fields.append(WireHeader.limit, String(limit)) }
        let flags =
            (input.isLast ? [WireFlag.last.rawValue] : [])
            + (input.continuesDiscarded ? [WireFlag.discarded.rawValue] : [])
        if !flags.isEmpty { fields.append(WireHeader.flags, flags.joined(separator: ", ")) }
        return try session.invoke(
            operation, fields, type: Wire.bytes,
            body: [Bytes(input.buffer, at: input.start, count: input.end - input.start)])
    }

    func result(_ answer: ProcessAnswer, _ input: ParseInput) throws(PluginError) -> ParseResult {
        guard let consumed = try answer.number(WireHeader.consumed) else {
            throw PluginError(.invalidResult, "the answer does not say how much was consumed")
        }
        guard consumed <= UInt64(input.end - input.start) else {
            throw PluginError(.invalidResult, "\(consumed) bytes consumed of \(input.end - input.start)")
        }
        return ParseResult(consumed: Int(consumed), isStillDiscarding: answer.has(.stillDiscarding))
    }

    private func check(_ regions: [SkippedRegion], _ input: ParseInput) throws(PluginError) {
        let count = UInt64(input.end - input.start)
        for region in regions {
            guard region.position >= input.position, region.position - input.position <= count,
                region.length <= count - (region.position - input.position)
            else { throw PluginError(.invalidResult, "a region of \(region.length) bytes at \(region.position)") }
        }
    }

    /// A reason in the plugin's words. Reports list each, so that there may be only so many.
    private func known(_ reason: SkipReason) -> SkipReason {
        guard ownReasons.contains(reason.name) || ownReasons.count < 32 else { return SkipReason("other") }
        ownReasons.insert(reason.name)
        return reason
    }

    /// See ``PatchbayPlugin/ParserPlugin/reset()``. After a failure the next call meets a new instance, which has learnt
    /// nothing.
    public func reset() {
        do throws(PluginError) {
            _ = try session.invoke(.reset, optional: true)
        } catch {
            session.abandon()
        }
    }
}

/// A parser in a process that can tell where it would stop.
public final class ProcessSplittingParser: ProcessParser, SplittingParserPlugin {
    /// See ``PatchbayPlugin/SplittingParserPlugin/boundary(_:)``.
    public func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult {
        let answer = try call(.boundary, input, limit: nil)
        do throws(PluginError) {
            return try result(answer, input)
        } catch {
            throw session.judged(error, .boundary)
        }
    }
}

extension BatchBuilder {
    /// Appends copies of the records of `batch`; values that are parts of `input` stay such.
    fileprivate func append(_ batch: Batch, of input: Buffer) {
        let isView = batch.value.dataBuffer === input
        for row in 0..<batch.count {
            if let keys = batch.key { key?.append(keys.value(row)) }
            if let times = batch.time { time?.append(times.value(row)) }
            for (column, builder) in zip(batch.fields, fields) { builder.append(column.value(row)) }
            if !batch.value.isValid(row) {
                value.appendNull()
            } else if isView {
                value.append(batch.value.start(row)..<batch.value.end(row), of: input)
            } else {
                value.append(copying: batch.value.bytes(row))
            }
        }
    }
}

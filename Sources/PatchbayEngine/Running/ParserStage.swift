internal import PatchbayCore
internal import PatchbayPlugin

/// A parser in one worker: chunk in, batches out, every byte accounted for.
final class ParserStage {
    let plan: StagePlan
    private let environment: RunEnvironment
    private var proxy: ParserProxy
    private let output: ParseOutput
    private var account: StageAccount
    private var provenance: ProvenanceColumns
    private var partNumber = 0
    var routes: [Route] = []

    init(_ plan: StagePlan, _ environment: RunEnvironment) throws(PluginError) {
        guard case .parser(let plugin) = try plan.makeInstance() else { throw plan.wrongRole }
        self.plan = plan
        self.environment = environment
        proxy = ParserProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        let schema = try proxy.bind(plan.request)
        try plan.checkAgreement(schema.adding(plan.provenance))
        output = ParseOutput(schema: schema, recordLimit: environment.plan.definition.settings.batchRecords)
        provenance = ProvenanceColumns(plan.provenance, parsed: schema, output: plan.output ?? schema)
        account = StageAccount(stage: plan.id, inputs: plan.inputs.map { environment.plan.stages[$0].id })
    }

    func start() throws(PluginError) { try proxy.start(environment.context(plan)) }

    func stop() {
        proxy.stop()
        environment.collect(plan.index, account, proxy.identity.statistics)
    }

    /// Whether records carry their number: the worker then has to know how many came before its chunk.
    var needsNumbers: Bool { plan.provenance.contains { $0.kind == .index } }

    /// Where a chunk can be cut; nil for a parser that cannot tell.
    func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult? { try proxy.boundary(input) }

    /// Memory of the plugin's own for a chunk; nil for a plugin that has none.
    func takeInputBuffer(capacity: Int) -> Buffer? { proxy.takeInputBuffer(capacity: capacity) }

    /// The records of a chunk, and what was consumed of it.
    func parse(_ task: ChunkTask) throws(PluginError) -> (batches: [Batch], result: ParseResult) {
        if task.partNumber != partNumber {
            partNumber = task.partNumber
            proxy.reset()
        }
        var batches: [Batch] = []
        var input = task.input
        let end = task.boundary.map { task.input.start + $0.consumed } ?? task.input.end
        while true {
            output.begin(input, part: task.part)
            let result = try parseOnce(input, task)
            let wasFull = output.remaining == 0
            if output.builder.count > 0 { batches.append(output.builder.finish()) }
            let consumed = input.start + result.consumed - task.input.start
            if result.consumed == 0 || !wasFull || input.start + result.consumed >= end {
                try check(consumed, task)
                return (batches, ParseResult(consumed: consumed, isStillDiscarding: result.isStillDiscarding))
            }
            input = input.dropping(result.consumed)
        }
    }

    private func parseOnce(_ input: ParseInput, _ task: ChunkTask) throws(PluginError) -> ParseResult {
        do throws(PluginError) {
            let result = try proxy.parse(input, into: output)
            settle(result, input, part: task.part)
            return result
        } catch {
            if plan.definition.onError == .fail {
                // Without a boundary the reader still holds the bytes and counts them itself.
                if let boundary = task.boundary {
                    abandon(bytes: UInt64(task.input.start + boundary.consumed - input.start))
                }
                throw error
            }
            environment.log(LogLine(level: .error, stage: plan.id, message: error.description))
            return try giveUp(input, task, error)
        }
    }

    /// The parser failed on a chunk: as a whole it is skipped or goes to the dead letters.
    private func giveUp(_ input: ParseInput, _ task: ChunkTask, _ error: PluginError) throws(PluginError) -> ParseResult
    {
        let length = task.boundary.map { task.input.start + $0.consumed - input.start } ?? (input.end - input.start)
        output.begin(input, part: task.part)
        output.skip(position: input.position, length: length, reason: .failed)
        if plan.definition.onError == .deadLetter {
            let bytes = BatchBuilder(schema: Schema(fields: []))
            bytes.begin(viewing: input.buffer, origin: Origin(part: task.part, position: input.position))
            bytes.value.appendView(input.start..<(input.start + length))
            try environment.deadLetters.put(bytes.finish(), row: 0, error)
        }
        let result = ParseResult(consumed: length)
        settle(result, input, part: task.part)
        return result
    }

    /// Puts into the account what a call consumed.
    private func settle(_ result: ParseResult, _ input: ParseInput, part: String) {
        var skipped: UInt64 = 0
        for region in output.skipped {
            skipped += region.length
            account.skip(region.reason, records: 1, bytes: region.length)
        }
        environment.note(output.skipped, part: part, stage: plan.id)
        account.bytesIn += UInt64(result.consumed)
        account.bytesParsed += UInt64(result.consumed) - skipped
        account.created += UInt64(output.builder.count)
    }

    private func check(_ consumed: Int, _ task: ChunkTask) throws(PluginError) {
        if let boundary = task.boundary, boundary.consumed != consumed,
            !(task.input.isLast && consumed < boundary.consumed)
        {
            throw PluginError(
                .invalidResult, "it consumed \(consumed) bytes of a chunk after announcing \(boundary.consumed)",
                advice: "this is a defect of the plugin; report it to its author"
            ).located(plugin: plan.definition.factory.manifest.name, stage: plan.id)
        }
        guard task.boundary != nil, task.input.isLast, consumed < task.input.end - task.input.start else { return }
        // At the end of a part a parser has to account for everything; what it left is a cut-off record.
        note(
            SkippedRegion(
                position: task.input.position + UInt64(consumed),
                length: UInt64(task.input.end - task.input.start - consumed), reason: .truncated), part: task.part)
    }

    /// Puts a region into the account that the engine, not the parser, gave up.
    func note(_ region: SkippedRegion, part: String) {
        account.skip(region.reason, records: 1, bytes: region.length)
        account.bytesIn += region.length
        environment.note([region], part: part, stage: plan.id)
    }

    /// Bytes that came in and were never parsed.
    func abandon(bytes: UInt64) {
        account.bytesIn += bytes
        account.bytesPending += bytes
    }

    /// Hands a batch on, with the fields that say where its records come from.
    func emit(_ batch: Batch, firstIndex: Int64) throws(PluginError) {
        try plan.check(batch)
        let complete = provenance.isEmpty ? batch : provenance.add(to: batch, firstIndex: firstIndex)
        account.recordsOut += UInt64(batch.count)
        var failure: PluginError?
        for route in routes {
            if failure != nil {
                environment.abandon(batch.count, at: route.stage)
                continue
            }
            do throws(PluginError) { try route.deliver(complete) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Counts records that were parsed and not handed on because the run failed.
    func abandon(_ batches: ArraySlice<Batch>) {
        for batch in batches { account.pending += UInt64(batch.count) }
    }
}

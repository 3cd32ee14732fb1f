public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A source of records in a process.
public final class ProcessSource: ProcessRole, SourcePlugin {
    /// See ``PatchbayPlugin/SourcePlugin/schema``.
    public let schema: Schema
    private var bound: (wanted: FieldRequest, schema: Schema)?
    private var hasEnded = false
    /// Batches of the last answer that were not handed on yet, the next one last.
    private var waiting: [Batch] = []

    init(asking session: ProcessSession) throws(PluginError) {
        schema = try session.agreeOutput(input: nil, request: nil, commits: false).schema
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        try session.agreeAgain(input: nil, request: bound.wanted, on: bound.schema)
    }

    /// See ``PatchbayPlugin/SourcePlugin/bind(_:)``.
    public func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let schema = try session.agreeOutput(input: nil, request: wanted, commits: true).schema
        bound = (wanted, schema)
        return schema
    }

    /// See ``PatchbayPlugin/SourcePlugin/read()``.
    public func read() throws(PluginError) -> SourceResult {
        if let batch = waiting.popLast() { return .batch(batch) }
        if hasEnded { return .endOfInput }
        let pause = SourcePause()
        let answer = try session.invoke(.readBatch, [WireHeader.flags: WireFlag.mayWait.rawValue])
        do throws(PluginError) {
            waiting = try coding.records(answer, of: bound?.schema ?? schema, showing: nil).batches
            waiting.removeAll { $0.count == 0 }
            waiting.reverse()
            hasEnded = answer.has(.end)
            if let batch = waiting.popLast() { return .batch(batch) }
            if hasEnded { return .endOfInput }
            guard answer.has(.nothingYet) else {
                throw PluginError(.invalidResult, "it gave neither records nor 'nothing-yet' nor 'end'")
            }
        } catch {
            throw session.judged(error, .readBatch)
        }
        pause.end()
        return .nothingYet
    }
}

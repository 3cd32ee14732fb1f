public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// An aggregate in a process: one request per batch, the results after the last.
public final class ProcessAggregate: ProcessRole, AggregatePlugin {
    /// See ``PatchbayPlugin/AggregatePlugin/wanted``.
    public let wanted: FieldRequest
    private var described: (input: Schema, output: Schema)?
    private var bound: (input: Schema, output: Schema)?

    init(asking session: ProcessSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: .everything, commits: false).wanted.fields
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        coding.carry(try session.agreeAgain(input: bound.input, request: .everything, on: bound.output))
    }

    /// See ``PatchbayPlugin/AggregatePlugin/outputSchema(for:)``.
    public func outputSchema(for input: Schema) throws(PluginError) -> Schema {
        if let described, described.input === input { return described.output }
        let output = try session.agreeOutput(input: input, request: .everything, commits: false).schema
        described = (input, output)
        return output
    }

    /// See ``PatchbayPlugin/AggregatePlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) -> Schema {
        let (output, wanted) = try session.agreeOutput(input: input, request: .everything, commits: true)
        coding.carry(wanted)
        bound = (input, output)
        return output
    }

    /// See ``PatchbayPlugin/AggregatePlugin/accumulate(_:rejections:)``.
    public func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        try send(batch, .accumulate, into: &rejections)
    }

    /// See ``PatchbayPlugin/AggregatePlugin/finish()``.
    public func finish() throws(PluginError) -> [Batch] {
        guard let schema = bound?.output else { return [] }
        var batches: [Batch] = []
        var results = ProcessResults()
        while true {
            let answer = try session.invoke(.finish)
            do throws(PluginError) {
                let made = try coding.records(answer, of: schema, showing: nil).batches
                batches += made
                guard try results.goesOn(answer, madeProgress: !made.isEmpty) else { return batches }
            } catch {
                throw session.judged(error, .finish)
            }
        }
    }
}

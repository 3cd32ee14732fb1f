internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// An aggregate behind the ABI: one call per batch, the results after the last.
public final class GuestAggregate: GuestRole, AggregatePlugin {
    /// See ``PatchbayPlugin/AggregatePlugin/wanted``.
    public let wanted: FieldRequest
    private let image = BatchImage()
    private var reading: BatchReading?
    private var described: (input: Schema, output: Schema)?
    private var bound: (input: Schema, output: Schema)?

    init(asking session: GuestSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: .everything, commits: false).wanted.request
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        image.bind(bound.input, try session.agreeAgain(input: bound.input, request: .everything, on: bound.output))
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
        image.bind(input, wanted)
        reading = BatchReading(output, outputLimit: session.configuration.limits.outputBytesPerCall)
        bound = (input, output)
        return output
    }

    /// See ``PatchbayPlugin/AggregatePlugin/accumulate(_:rejections:)``.
    public func accumulate(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        do throws(PluginError) {
            let live = try session.renew()
            let answer = try session.invoke(PATCHBAY_ACCUMULATE, try image.write(batch, to: session), live)
            for (row, error) in try session.recordErrors(answer.errors, rows: batch.count) {
                rejections.reject(row, error)
            }
        } catch {
            throw error.during(PATCHBAY_ACCUMULATE)
        }
    }

    /// See ``PatchbayPlugin/AggregatePlugin/finish()``.
    public func finish() throws(PluginError) -> [Batch] {
        do throws(PluginError) {
            var batches: [Batch] = []
            var results = GuestResults()
            reading?.begin()
            while true {
                let answer = try session.invoke(PATCHBAY_FINISH)
                let batch = try reading?.batch(answer.frame.result, try session.resultSource(answer))
                session.count(copied: reading?.takeCopied() ?? 0)
                if let batch { batches.append(batch) }
                guard try results.goesOn(answer, madeProgress: batch != nil, "FINISH") else { return batches }
            }
        } catch {
            throw error.during(PATCHBAY_FINISH)
        }
    }
}

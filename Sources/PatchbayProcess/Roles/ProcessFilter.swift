public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A filter in a process: one request per batch, the rows that stay come back.
public final class ProcessFilter: ProcessRole, SaturatingPlugin, RecordFailingPlugin {
    /// See ``PatchbayPlugin/FilterPlugin/wanted``.
    public let wanted: FieldRequest
    private var input: Schema?
    /// Whether it said that nothing more can pass.
    public private(set) var isSaturated = false
    private var failures = Rejections()

    init(asking session: ProcessSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.fields
        super.init(session)
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/FilterPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        coding.carry(try session.agree(input: input, request: FieldRequest.none, commits: true).wanted)
    }

    /// See ``PatchbayPlugin/FilterPlugin/filter(_:into:)``.
    public func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        let body = try coding.body(of: batch)
        let answer = try session.invoke(.filter, type: coding.mediaType, body: [body])
        do throws(PluginError) {
            failures = try coding.selection(answer, rows: batch.count, into: &selection)
            isSaturated = answer.has(.saturated)
        } catch {
            throw session.judged(error, .filter)
        }
    }

    /// The records that the last call could not decide on.
    public func takeFailures() -> Rejections {
        defer { failures.removeAll() }
        return failures
    }
}

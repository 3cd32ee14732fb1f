public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A validator in a process: one request per batch, the bad records come back.
public final class ProcessValidator: ProcessRole, ValidatorPlugin {
    /// See ``PatchbayPlugin/ValidatorPlugin/wanted``.
    public let wanted: FieldRequest
    private var input: Schema?

    init(asking session: ProcessSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.fields
        super.init(session)
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/ValidatorPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        coding.carry(try session.agree(input: input, request: FieldRequest.none, commits: true).wanted)
    }

    /// See ``PatchbayPlugin/ValidatorPlugin/validate(_:into:)``.
    public func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError) {
        try send(batch, .validate, into: &rejections)
    }
}

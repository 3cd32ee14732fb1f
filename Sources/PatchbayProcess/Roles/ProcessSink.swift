public import PatchbayCore
public import PatchbayPlugin
internal import PatchbayWire

/// A sink in a process.
public final class ProcessSink: ProcessRole, SinkPlugin {
    private var input: Schema?

    init(asking session: ProcessSession) throws(PluginError) {
        super.init(session)
        try session.prepare()
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/SinkPlugin/wanted(from:)``.
    public func wanted(from input: Schema) throws(PluginError) -> FieldRequest {
        try session.agree(input: input, request: FieldRequest.none, commits: false).wanted.fields
    }

    /// See ``PatchbayPlugin/SinkPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        coding.carry(try session.agree(input: input, request: FieldRequest.none, commits: true).wanted)
    }

    /// See ``PatchbayPlugin/SinkPlugin/write(_:rejections:)``.
    public func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        try send(batch, .write, into: &rejections)
    }

    /// See ``PatchbayPlugin/SinkPlugin/finish()``.
    public func finish() throws(PluginError) { _ = try session.invoke(.finish, optional: true) }

    /// See ``PatchbayPlugin/SinkPlugin/flush()``.
    public func flush() throws(PluginError) { _ = try session.invoke(.flush, optional: true) }
}

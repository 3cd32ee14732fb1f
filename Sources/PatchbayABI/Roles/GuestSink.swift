internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A sink behind the ABI.
public final class GuestSink: GuestRole, SinkPlugin {
    private let image = BatchImage()
    private var input: Schema?

    init(asking session: GuestSession) throws(PluginError) {
        super.init(session)
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/SinkPlugin/wanted(from:)``.
    public func wanted(from input: Schema) throws(PluginError) -> FieldRequest {
        try session.agree(input: input, request: FieldRequest.none, commits: false).wanted.request
    }

    /// See ``PatchbayPlugin/SinkPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        image.bind(input, try session.agree(input: input, request: FieldRequest.none, commits: true).wanted)
    }

    /// See ``PatchbayPlugin/SinkPlugin/write(_:rejections:)``.
    public func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
        do throws(PluginError) {
            let live = try session.renew()
            let answer = try session.invoke(PATCHBAY_WRITE, try image.write(batch, to: session), live)
            for (row, error) in try session.recordErrors(answer.errors, rows: batch.count) {
                rejections.reject(row, error)
            }
        } catch {
            throw error.during(PATCHBAY_WRITE)
        }
    }

    /// See ``PatchbayPlugin/SinkPlugin/flush()``.
    public func flush() throws(PluginError) { _ = try session.invoke(PATCHBAY_FLUSH, optional: true) }
}

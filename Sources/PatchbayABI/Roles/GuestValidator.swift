internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A validator behind the ABI: one call per batch, the bad records come back.
public final class GuestValidator: GuestRole, ValidatorPlugin {
    /// See ``PatchbayPlugin/ValidatorPlugin/wanted``.
    public let wanted: FieldRequest
    private let image = BatchImage()
    private var input: Schema?

    init(asking session: GuestSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.request
        super.init(session)
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/ValidatorPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        image.bind(input, try session.agree(input: input, request: FieldRequest.none, commits: true).wanted)
    }

    /// See ``PatchbayPlugin/ValidatorPlugin/validate(_:into:)``.
    public func validate(_ batch: Batch, into rejections: inout Rejections) throws(PluginError) {
        do throws(PluginError) {
            let live = try session.renew()
            let answer = try session.invoke(PATCHBAY_VALIDATE, try image.write(batch, to: session), live)
            for (row, error) in try session.recordErrors(answer.errors, rows: batch.count) {
                rejections.reject(row, error)
            }
        } catch {
            throw error.during(PATCHBAY_VALIDATE)
        }
    }
}

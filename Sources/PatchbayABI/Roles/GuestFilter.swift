internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A filter behind the ABI: one call per batch, a bitmap comes back.
public final class GuestFilter: GuestRole, SaturatingPlugin, RecordFailingPlugin {
    /// See ``PatchbayPlugin/FilterPlugin/wanted``.
    public let wanted: FieldRequest
    private var image = BatchImage()
    private var input: Schema?
    /// Whether it said that nothing more can pass.
    public private(set) var isSaturated = false
    private var failures = Rejections()

    init(asking session: GuestSession) throws(PluginError) {
        wanted = try session.agree(input: nil, request: FieldRequest.none, commits: false).wanted.request
        super.init(session)
    }

    override func resume() throws(PluginError) { if let input { try agree(input) } }

    /// See ``PatchbayPlugin/FilterPlugin/bind(_:)``.
    public func bind(_ input: Schema) throws(PluginError) {
        try agree(input)
        self.input = input
    }

    private func agree(_ input: Schema) throws(PluginError) {
        let binding = try session.agree(input: input, request: FieldRequest.none, commits: true)
        image.bind(input, binding.wanted)
    }

    /// See ``PatchbayPlugin/FilterPlugin/filter(_:into:)``.
    public func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
        do throws(PluginError) {
            if !failures.entries.isEmpty { failures.removeAll() }
            try session.renew()
            let written = try image.write(batch, to: session)
            let answer = try session.invoke(PATCHBAY_FILTER) { $0.batch = written }
            let frame = answer.frame
            let size = UInt64(batch.count + 7) / 8
            guard frame.output.length == size else {
                throw Place("FILTER").wrong("a bitmap of \(frame.output.length) bytes for \(batch.count) rows")
            }
            session.count(copied: size)
            try session.memory().withBytes(at: frame.output.address, count: size, Place("the bitmap")) { bits in
                selection.assign { word in
                    let first = word &* 8
                    if bits.count &- first >= 8 {
                        return unsafe bits.bytes.unsafeLoadUnaligned(fromByteOffset: first, as: UInt64.self)
                    }
                    var rest: UInt64 = 0
                    for index in first..<bits.count { rest |= UInt64(bits[index]) << UInt64((index &- first) &* 8) }
                    return rest
                }
            }
            if frame.errors.count > 0 {
                for (row, error) in try session.recordErrors(frame, rows: batch.count) {
                    failures.reject(row, error)
                    selection[row] = false
                }
            }
            isSaturated = answer.has(PATCHBAY_SATURATED)
        } catch {
            throw error.during(PATCHBAY_FILTER)
        }
    }

    /// The records that the last call could not decide on.
    public func takeFailures() -> Rejections {
        defer { failures.removeAll() }
        return failures
    }
}

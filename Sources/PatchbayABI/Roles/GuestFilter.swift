internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A filter behind the ABI: one call per batch, a bitmap comes back.
public final class GuestFilter: GuestRole, SaturatingPlugin, RecordFailingPlugin {
    /// See ``PatchbayPlugin/FilterPlugin/wanted``.
    public let wanted: FieldRequest
    private let image = BatchImage()
    private var input: Schema?
    /// Whether it said that nothing more can pass.
    public var isSaturated: Bool { saturated }
    private var saturated = false
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
            if !failures.entries.isEmpty { failures = Rejections() }
            let live = try session.renew()
            let answer = try session.invoke(PATCHBAY_FILTER, try image.write(batch, to: session), live)
            try take(answer, live, rows: batch.count, into: &selection)
            saturated = answer.has(PATCHBAY_SATURATED)
        } catch {
            throw error.during(PATCHBAY_FILTER)
        }
    }

    @inline(__always)
    private func take(
        _ answer: BatchAnswer, _ live: LiveInstance, rows: Int, into selection: inout Selection
    ) throws(PluginError) {
        let size = UInt64(rows + 7) / 8
        let output = answer.output
        guard output.length == size else {
            throw Place("FILTER").wrong("a bitmap of \(output.length) bytes for \(rows) rows")
        }
        session.count(copied: size)
        let memory = live.memory(with: output.address, count: size)
        try memory.withBytes(at: output.address, count: size, Place("the bitmap")) { bits in
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
        guard answer.errors.count > 0 else { return }
        var failures = Rejections()
        for (row, error) in try session.recordErrors(answer.errors, rows: rows) {
            failures.reject(row, error)
            selection[row] = false
        }
        self.failures = failures
    }

    /// The records that the last call could not decide on.
    public func takeFailures() -> Rejections {
        guard !failures.entries.isEmpty else { return Rejections() }
        defer { failures = Rejections() }
        return failures
    }
}

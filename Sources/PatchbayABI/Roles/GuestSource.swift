internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A source of records behind the ABI.
public final class GuestSource: GuestRole, SourcePlugin {
    /// See ``PatchbayPlugin/SourcePlugin/schema``.
    public let schema: Schema
    private var reading: BatchReading?
    private var bound: (wanted: FieldRequest, schema: Schema)?
    private var hasEnded = false

    init(asking session: GuestSession) throws(PluginError) {
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
        reading = BatchReading(schema, outputLimit: session.configuration.limits.outputBytesPerCall)
        return schema
    }

    /// See ``PatchbayPlugin/SourcePlugin/read()``.
    public func read() throws(PluginError) -> SourceResult {
        do throws(PluginError) {
            if hasEnded { return .endOfInput }
            try session.renew()
            let pause = Pause()
            let answer = try session.invoke(PATCHBAY_READ_BATCH) { $0.flags = UInt32(PATCHBAY_MAY_WAIT) }
            hasEnded = answer.has(PATCHBAY_END)
            reading?.begin()
            let made = try reading?.batch(answer.frame.result, try session.resultSource(answer))
            session.count(copied: reading?.takeCopied() ?? 0)
            if let batch = made {
                return .batch(batch)
            }
            if hasEnded { return .endOfInput }
            guard answer.has(PATCHBAY_NOTHING_YET) else {
                throw Place("READ_BATCH").wrong("it gave neither records nor NOTHING_YET nor END")
            }
            pause.end()
            return .nothingYet
        } catch {
            throw error.during(PATCHBAY_READ_BATCH)
        }
    }
}

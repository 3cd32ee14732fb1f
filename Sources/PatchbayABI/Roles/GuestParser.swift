internal import CPatchbay
public import PatchbayCore
public import PatchbayPlugin

/// A parser behind the ABI: one call per chunk. The chunk is read straight into its memory, and the columns it makes are
/// read where they lie.
public class GuestParser: GuestRole, ParserPlugin, InputMemoryPlugin {
    /// See ``PatchbayPlugin/ParserPlugin/schema``.
    public let schema: Schema
    private var bound: (wanted: FieldRequest, schema: Schema)?
    private var reading: BatchReading?
    private var blocks = InputBlocks()
    private let outputLimit: Int
    private var ownReasons: Set<String> = []

    init(asking session: GuestSession) throws(PluginError) {
        schema = try session.agreeOutput(input: nil, request: nil, commits: false).schema
        outputLimit = session.configuration.limits.outputBytesPerCall
        super.init(session)
    }

    override func resume() throws(PluginError) {
        guard let bound else { return }
        try session.agreeAgain(input: nil, request: bound.wanted, on: bound.schema)
    }

    /// See ``PatchbayPlugin/ParserPlugin/bind(_:)``.
    public func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let schema = try session.agreeOutput(input: nil, request: wanted, commits: true).schema
        bound = (wanted, schema)
        reading = BatchReading(schema, outputLimit: outputLimit)
        return schema
    }

    /// Memory of the plugin for a chunk; see ``PatchbayPlugin/InputMemoryPlugin``.
    public func takeInputBuffer(capacity: Int) throws(PluginError) -> Buffer? {
        try blocks.take(capacity: capacity, session)
    }

    /// See ``PatchbayPlugin/ParserPlugin/parse(_:into:)``.
    public func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        do throws(PluginError) {
            guard output.remaining > 0 else { return ParseResult(consumed: 0) }
            try session.renew()
            let placed = try blocks.place(input, session)
            let answer = try call(PATCHBAY_PARSE, input, placed, limit: output.remaining)
            let frame = answer.frame
            try report(frame, input, to: output)
            var source = try session.resultSource(answer)
            source.rowLimit = output.remaining
            source.input = BatchReading.Input(
                buffer: input.buffer, start: input.start, count: input.end - input.start, address: placed)
            reading?.begin()
            if let batch = try reading?.batch(frame.result, source) { output.builder.adopt(batch) }
            session.count(copied: reading?.takeCopied() ?? 0)
            return try result(frame, input)
        } catch {
            throw error.during(PATCHBAY_PARSE)
        }
    }

    func call(
        _ operation: patchbay_operation, _ input: ParseInput, _ address: UInt64, limit: Int
    ) throws(PluginError) -> GuestAnswer {
        try session.invoke(operation) { frame in
            frame.input = patchbay_bytes(address: address, length: UInt64(input.end - input.start))
            frame.position = input.position
            frame.limit = UInt64(limit)
            frame.flags =
                (input.isLast ? UInt32(PATCHBAY_LAST) : 0)
                | (input.continuesDiscarded ? UInt32(PATCHBAY_DISCARDED) : 0)
        }
    }

    func place(_ input: ParseInput) throws(PluginError) -> UInt64 { try blocks.place(input, session) }

    func result(_ frame: patchbay_call_frame, _ input: ParseInput) throws(PluginError) -> ParseResult {
        guard frame.consumed <= UInt64(input.end - input.start) else {
            throw Place("PARSE").wrong("\(frame.consumed) bytes consumed of \(input.end - input.start)")
        }
        return ParseResult(
            consumed: Int(frame.consumed),
            isStillDiscarding: frame.flags & UInt32(PATCHBAY_STILL_DISCARDING) != 0)
    }

    private func report(
        _ frame: patchbay_call_frame, _ input: ParseInput, to output: ParseOutput
    ) throws(PluginError) {
        guard frame.regions.count > 0 else { return }
        guard frame.regions.count <= UInt64(input.end - input.start) else {
            throw Place("PARSE").wrong("\(frame.regions.count) regions in \(input.end - input.start) bytes")
        }
        let memory = try session.memory()
        let regions = try memory.array(
            of: patchbay_region.self, at: frame.regions.address, count: frame.regions.count, Place("the regions"))
        for region in regions {
            guard region.position >= input.position,
                region.position - input.position <= UInt64(input.end - input.start),
                region.length <= UInt64(input.end - input.start) - (region.position - input.position)
            else { throw Place("PARSE").wrong("a region of \(region.length) bytes at \(region.position)") }
            output.skip(
                position: region.position, length: Int(region.length), reason: try reason(region, memory))
        }
    }

    private func reason(_ region: patchbay_region, _ memory: GuestMemory) throws(PluginError) -> SkipReason {
        switch patchbay_reason(region.reason) {
        case PATCHBAY_REASON_DAMAGE: return .damage
        case PATCHBAY_REASON_TRUNCATED: return .truncated
        case PATCHBAY_REASON_TOO_LARGE: return .tooLarge
        case PATCHBAY_REASON_INVALID: return .invalid
        case PATCHBAY_REASON_BLANK: return .blank
        default:
            let name = try memory.text(
                at: region.name.address, count: min(region.name.length, 64), Place("a region's reason"))
            return ownReason(name)
        }
    }

    /// A reason in the plugin's words. Reports list each, so that there may be only so many.
    private func ownReason(_ name: String) -> SkipReason {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        guard isName, ownReasons.contains(name) || ownReasons.count < 32 else { return SkipReason("other") }
        ownReasons.insert(name)
        return SkipReason(name)
    }

    /// See ``PatchbayPlugin/ParserPlugin/reset()``. After a failure the next call meets a new instance, which has learnt
    /// nothing.
    public func reset() {
        do throws(PluginError) {
            _ = try session.invoke(PATCHBAY_RESET, optional: true)
        } catch {
            _ = session.abandon(error)
        }
    }
}

/// A parser behind the ABI that can tell where it would stop.
public final class GuestSplittingParser: GuestParser, SplittingParserPlugin {
    /// See ``PatchbayPlugin/SplittingParserPlugin/boundary(_:)``.
    public func boundary(_ input: ParseInput) throws(PluginError) -> ParseResult {
        do throws(PluginError) {
            try session.renew()
            return try result(try call(PATCHBAY_BOUNDARY, input, try place(input), limit: .max).frame, input)
        } catch {
            throw error.during(PATCHBAY_BOUNDARY)
        }
    }
}

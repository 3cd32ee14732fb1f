public import CPatchbay
internal import PatchbayCore

/// A parser behind the plugin ABI: what `patchbay_call` of a module hands its calls to. A module has one instance; a program
/// has as many as there are stages and workers, each used by one thread at a time.
public final class ParserExport<Parser: CoreParser>: Sendable {
    /// A parser that CREATE makes.
    public init() {}

    /// Answers one call.
    public func call(_ operation: Int32, _ frame: UnsafeMutablePointer<patchbay_call_frame>) -> Int32 {
        if operation == Int32(PATCHBAY_CREATE.rawValue) {
            // Also when it fails: the host reads the message later, and does not say when it has.
            let fresh = unsafe Unmanaged.passRetained(ParserInstance<Parser>())
            unsafe frame.pointee.instance = UInt64(UInt(bitPattern: fresh.toOpaque()))
        }
        guard let place = unsafe UnsafeRawPointer(bitPattern: UInt(truncatingIfNeeded: frame.pointee.instance)) else {
            return PATCHBAY_FAILED.rawValue
        }
        let instance = unsafe Unmanaged<ParserInstance<Parser>>.fromOpaque(place)
        if operation == Int32(PATCHBAY_DESTROY.rawValue) {
            unsafe instance.release()
            return 0
        }
        return unsafe instance.takeUnretainedValue().call(operation, frame)
    }
}

/// One instance: the parser, and what its last answers show.
private final class ParserInstance<Parser: CoreParser> {
    private var parser: Parser?
    private var output: ParseOutput?
    private var kept = KeptBatches()
    private var images = Images()
    /// Stands for the host, which owns the memory of inputs.
    private let host = Host()

    private final class Host {}

    func call(_ operation: Int32, _ frame: UnsafeMutablePointer<patchbay_call_frame>) -> Int32 {
        if operation != Int32(PATCHBAY_RELEASE.rawValue) { images.begin() }
        var image = unsafe frame.pointee
        let status: Int32
        do throws(GuestFailure) {
            status = try answer(patchbay_operation(UInt32(bitPattern: operation)), &image)
        } catch {
            image.message = images.text(error.message)
            status = error.status
        }
        unsafe frame.pointee = image
        return status
    }

    private func answer(
        _ operation: patchbay_operation, _ frame: inout patchbay_call_frame
    ) throws(GuestFailure) -> Int32 {
        if operation == PATCHBAY_CREATE {
            parser = try Parser(GuestOptions(frame.options))
            return 0
        }
        guard parser != nil else { return PATCHBAY_FAILED.rawValue }
        switch operation {
        case PATCHBAY_DESCRIBE: describe(&frame)
        case PATCHBAY_BIND: bind(&frame)
        case PATCHBAY_RESET: parser?.reset()
        case PATCHBAY_PARSE: try parse(&frame)
        case PATCHBAY_BOUNDARY:
            guard Parser.splits else { return PATCHBAY_UNSUPPORTED.rawValue }
            let result = parser?.boundary(input(frame)) ?? ParseResult(consumed: 0)
            put(result, &frame)
        case PATCHBAY_RECOGNIZE:
            let buffer = HostMemory.buffer(frame.input, keeper: host)
            frame.consumed = UInt64(Parser.recognizes(buffer.bytes(at: 0, count: buffer.capacity)))
        case PATCHBAY_RELEASE: kept.release(frame.position)
        default: return PATCHBAY_UNSUPPORTED.rawValue
        }
        return 0
    }

    private func describe(_ frame: inout patchbay_call_frame) {
        guard let parser else { return }
        if frame.flags & UInt32(PATCHBAY_DESCRIBE_ALL) != 0 {
            frame.output_schema = images.schema(parser.schema)
            return
        }
        var copy = parser
        frame.output_schema = images.schema(copy.bind(Images.request(frame.request)))
    }

    private func bind(_ frame: inout patchbay_call_frame) {
        guard let schema = parser?.bind(Images.request(frame.request)) else { return }
        output = ParseOutput(schema: schema)
        kept.begin(schema)
        frame.output_schema = images.schema(schema)
    }

    private func input(_ frame: patchbay_call_frame) -> ParseInput {
        let buffer = HostMemory.buffer(frame.input, keeper: host)
        return ParseInput(
            buffer: buffer, start: 0, end: Int(truncatingIfNeeded: frame.input.length), position: frame.position,
            isLast: frame.flags & UInt32(PATCHBAY_LAST) != 0,
            continuesDiscarded: frame.flags & UInt32(PATCHBAY_DISCARDED) != 0)
    }

    private func put(_ result: ParseResult, _ frame: inout patchbay_call_frame) {
        frame.consumed = UInt64(result.consumed)
        frame.flags = result.isStillDiscarding ? UInt32(PATCHBAY_STILL_DISCARDING) : 0
    }

    private func parse(_ frame: inout patchbay_call_frame) throws(GuestFailure) {
        guard let output else { throw .failed("PARSE before BIND") }
        let input = input(frame)
        output.recordLimit = Int(clamping: frame.limit)
        output.begin(input, part: "")
        let result = try parser?.parse(input, into: output) ?? ParseResult(consumed: 0)
        put(result, &frame)
        if !output.skipped.isEmpty { frame.regions = regions(output.skipped) }
        let isEmpty = output.builder.count == 0
        let batch = output.builder.finish()
        if !isEmpty { (frame.result, frame.token) = kept.keep(batch) }
    }

    private func regions(_ skipped: [SkippedRegion]) -> patchbay_list {
        var list: [patchbay_region] = []
        for region in skipped {
            var image = patchbay_region()
            image.position = region.position
            image.length = region.length
            if region.reason == .damage {
                image.reason = PATCHBAY_REASON_DAMAGE.rawValue
            } else if region.reason == .truncated {
                image.reason = PATCHBAY_REASON_TRUNCATED.rawValue
            } else if region.reason == .tooLarge {
                image.reason = PATCHBAY_REASON_TOO_LARGE.rawValue
            } else if region.reason == .invalid {
                image.reason = PATCHBAY_REASON_INVALID.rawValue
            } else if region.reason == .blank {
                image.reason = PATCHBAY_REASON_BLANK.rawValue
            } else {
                image.reason = PATCHBAY_REASON_OWN.rawValue
                image.name = images.text(region.reason.name)
            }
            list.append(image)
        }
        return images.array(list)
    }
}

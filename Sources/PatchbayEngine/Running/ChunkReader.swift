internal import PatchbayCore
internal import PatchbayPlugin
internal import Synchronization

/// Bytes for one call chain of a parser, in the order of the input.
struct ChunkTask: Sendable {
    /// Number of the chunk in the run of its source, from 0.
    let ticket: Int
    let input: ParseInput
    let part: String
    /// Changes when a new part begins.
    let partNumber: Int
    /// What the parser must consume; nil when only parsing can tell.
    let boundary: ParseResult?
    /// Whether nothing more was there to read at once: someone may be waiting for these records.
    let isIdle: Bool
}

/// Reads a byte source chunk by chunk and carries what a parser left over to the next chunk: nothing is lost at a
/// border, and a record larger than a chunk makes the buffer grow up to the limit.
struct ChunkReader {
    private var source: ByteSourceProxy
    private let splits: Bool
    private let settings: PipelineSettings
    private let onError: ErrorPolicy
    private let control: RunControl
    private let saturation: SaturationSignal
    private var pool = BufferPool(limit: 32)

    private var buffer: Buffer
    private var filled = 0
    private var carry = Bytes("")
    /// Position of the first carried byte in its part.
    private var position: UInt64 = 0
    private var part = ""
    private var partNumber = 0
    private var ticket = 0
    private var target: Int
    /// The buffer is filled up to here; it may be larger, having been used for a large record before.
    private var limit: Int
    /// Do not parse again before there are so many bytes: a record that did not fit is not tried for every read.
    private var patience = 0
    private var isDiscarding = false
    private var isLast = false
    private var isIdle = false
    private var hasEnded = false
    private var failure: PluginError?

    /// Regions thrown away because no record ended within the limit; for the parser's account.
    private(set) var discarded: [PlacedRegion] = []
    /// Bytes that the source delivered.
    private(set) var bytesRead: UInt64 = 0
    /// Bytes read and not parsed because the run was stopped.
    private(set) var bytesPending: UInt64 = 0

    init(
        source: ByteSourceProxy, splits: Bool, onError: ErrorPolicy, settings: PipelineSettings,
        control: RunControl, saturation: SaturationSignal
    ) {
        self.source = source
        self.splits = splits
        self.settings = settings
        self.onError = onError
        self.control = control
        self.saturation = saturation
        target = settings.chunkSize
        limit = 0
        buffer = carry.buffer
    }

    var statistics: ProxyStatistics { source.identity.statistics }

    mutating func start(_ context: PluginContext) throws(PluginError) { try source.start(context) }

    mutating func stop() { source.stop() }

    /// Nothing more will be read; what is in hand counts as pending.
    mutating func abandon() {
        bytesPending += UInt64(carry.count)
        carry = Bytes("")
        hasEnded = true
    }

    /// The next chunk; nil at the end of the input or when the run stops.
    ///
    /// It is read into the memory of `parser`, which will parse it, if that has memory of its own; and it is that parser
    /// that says where a chunk can be cut, because the bytes lie before it.
    mutating func next(for parser: ParserStage) throws(PluginError) -> ChunkTask? {
        while true {
            if let failure {
                abandon()
                throw failure
            }
            if control.isStopping || saturation.isSet {
                abandon()
                return nil
            }
            guard !hasEnded || carry.count > 0 else { return nil }
            guard fill(for: parser) else { continue }
            let chunk = Chunk(bytes: Bytes(buffer, at: 0, count: filled), position: position, isLast: isLast)
            let input = ParseInput(chunk, continuesDiscarded: isDiscarding)
            let boundary: ParseResult?
            do throws(PluginError) {
                boundary = try split(input, parser)
            } catch {
                failure = error
                continue
            }
            if let boundary, boundary.consumed == 0, !isLast {
                consumed(boundary, of: input)
                continue
            }
            let task = ChunkTask(
                ticket: ticket, input: input, part: part, partNumber: partNumber, boundary: boundary,
                isIdle: isIdle)
            ticket += 1
            if let boundary { consumed(boundary, of: input) }
            return task
        }
    }

    private func split(_ input: ParseInput, _ parser: ParserStage) throws(PluginError) -> ParseResult? {
        guard splits, let boundary = try parser.boundary(input) else { return nil }
        if input.isLast, boundary.consumed < input.end - input.start {
            return ParseResult(consumed: input.end - input.start)
        }
        return boundary
    }

    /// Puts the carried bytes and new ones into the buffer; false when there is nothing to parse yet.
    private mutating func fill(for parser: ParserStage) -> Bool {
        if filled != carry.count || carry.buffer !== buffer || carry.offset != 0 || target > limit {
            limit = max(target, carry.count + settings.chunkSize / 2)
            let fresh = parser.takeInputBuffer(capacity: limit) ?? pool.take(capacity: limit)
            fresh.copy(from: carry.buffer, at: carry.offset, count: carry.count, to: 0)
            buffer = fresh
            carry = Bytes(fresh, at: 0, count: carry.count)
            filled = carry.count
        }
        isLast = false
        isIdle = false
        if position == 0, filled == 0 { part = source.part }
        let before = filled
        let memory = buffer
        reading: while filled < limit {
            var room = memory.mutableSpan(of: UInt8.self, at: filled, count: limit - filled)
            let result: ReadResult
            do throws(PluginError) {
                result = try source.read(into: &room, mayWait: filled == before)
            } catch {
                failure = error
                break reading
            }
            switch result {
            case .bytes(let count):
                // A source that only finds its parts while it reads knows the name now.
                if position == 0, filled == 0 { part = source.part }
                filled += count
                bytesRead += UInt64(count)
            case .nothingYet:
                isIdle = true
                break reading
            case .endOfPart:
                isLast = true
                break reading
            case .endOfInput:
                isLast = true
                hasEnded = true
                break reading
            }
        }
        control.bytesRead.add(UInt64(filled - before), ordering: .relaxed)
        control.remainingBytes.store(source.remainingBytes ?? .max, ordering: .relaxed)
        carry = Bytes(buffer, at: 0, count: filled)
        if filled == 0 {
            if isLast { beginPart() }
            return false
        }
        return isLast || (filled > before && (filled >= patience || filled >= limit))
    }

    private mutating func beginPart() {
        position = 0
        partNumber += 1
        isDiscarding = false
        patience = 0
        target = settings.chunkSize
    }

    /// What the parser made of the last chunk; to be called once per chunk, for parsers that cannot split.
    mutating func consumed(_ result: ParseResult, of input: ParseInput) {
        let rest = input.end - input.start - result.consumed
        carry = Bytes(buffer, at: input.start + result.consumed, count: rest)
        position += UInt64(result.consumed)
        isDiscarding = result.isStillDiscarding
        patience = 0
        if input.isLast {
            if rest > 0 { note(rest, .truncated) }
            // Another buffer for the next part: records of this one are still shown where they lie.
            carry = Bytes("")
            filled = 0
            beginPart()
        } else if result.consumed == 0 {
            grow()
        } else {
            target = settings.chunkSize
        }
    }

    /// No record ended within the buffer: make it larger, or give the record up.
    private mutating func grow() {
        if filled >= settings.maximumRecordSize {
            if onError == .fail {
                failure = PluginError(
                    .input, "no record ends within \(filled) bytes from byte \(position) on of \(part)",
                    advice: "raise 'max_record_size', name the right parser, or set 'on_error: skip'")
                return
            }
            note(filled, .tooLarge)
            position += UInt64(filled)
            carry = Bytes(buffer, at: 0, count: 0)
            filled = 0
            isDiscarding = true
        } else if filled >= limit {
            target = min(settings.maximumRecordSize, filled * 2)
        } else if filled >= 64 * 1024 {
            patience = filled + filled / 2
        }
    }

    private mutating func note(_ length: Int, _ reason: SkipReason) {
        let region = SkippedRegion(position: position, length: UInt64(length), reason: reason)
        discarded.append(PlacedRegion(stage: "", part: part, region: region))
    }
}

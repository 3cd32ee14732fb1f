internal import PatchbayCore
internal import PatchbayPlugin

/// One pass of a parser over an input, driven as the engine does: what it leaves over comes again in front of the next
/// piece.
struct ParserRun {
    /// How the input is handed out.
    struct Manner {
        var pieceSize = Int.max
        var recordLimit = 16_384
        var request = FieldRequest.everything

        var name: String {
            (pieceSize == .max ? "whole" : "in pieces of \(pieceSize)")
                + (recordLimit < 16_384 ? ", \(recordLimit) records at a time" : "")
        }
    }

    /// The batches, kept until the run is over.
    private(set) var batches: [Batch] = []
    private(set) var regions: [SkippedRegion] = []
    /// What broke the contract on the way.
    private(set) var problems: [String] = []
    private(set) var statistics = ProxyStatistics()
    private var transcripts: [Transcript] = []

    private var proxy: ParserProxy
    /// Gives memory to read into; the same object as in the proxy, for only classes have such memory.
    private var lender: (any InputMemoryPlugin)?
    private let bytes: Bytes
    private let manner: Manner

    /// Runs `instance` over `bytes`.
    static func run(
        _ trial: PluginTrial, _ bytes: Bytes, _ manner: Manner = Manner()
    ) throws(PluginError) -> ParserRun {
        guard case .parser(let plugin) = try trial.make() else { throw trial.wrongRole() }
        var run = ParserRun(ParserProxy(plugin, plugin: trial.name, stage: PluginTrial.stage), bytes, manner)
        run.lender = plugin as? any InputMemoryPlugin
        let schema = try run.proxy.bind(manner.request)
        try run.proxy.start(trial.context)
        defer { run.proxy.stop() }
        try run.feed(schema)
        run.statistics = run.proxy.identity.statistics
        return run
    }

    private init(_ proxy: ParserProxy, _ bytes: Bytes, _ manner: Manner) {
        self.proxy = proxy
        self.bytes = bytes
        self.manner = manner
    }

    private mutating func feed(_ schema: Schema) throws(PluginError) {
        let output = ParseOutput(schema: schema, recordLimit: manner.recordLimit)
        var (start, end) = (0, 0)
        while true {
            end = bytes.count - end <= manner.pieceSize ? bytes.count : end + manner.pieceSize
            // Some bytes in front: a parser that takes places in the buffer for positions is found out.
            let lead = min(start, 3)
            let buffer = try memory(end - start + lead)
            buffer.copy(from: bytes.buffer, at: bytes.offset + start - lead, count: end - start + lead, to: 0)
            var input = ParseInput(
                buffer: buffer, start: lead, end: lead + end - start, position: UInt64(start),
                isLast: end == bytes.count)
            while true {
                let result = try parse(input, output)
                start += result.consumed
                guard result.consumed > 0, input.start + result.consumed < input.end else { break }
                input = input.dropping(result.consumed)
            }
            guard end == bytes.count else { continue }
            if start < end { problems.append("\(end - start) bytes at the end of the input are not consumed") }
            return
        }
    }

    private mutating func memory(_ count: Int) throws(PluginError) -> Buffer {
        if let buffer = try lender?.takeInputBuffer(capacity: max(count, 1)) { return buffer }
        return Buffer(capacity: count)
    }

    private mutating func parse(_ input: ParseInput, _ output: ParseOutput) throws(PluginError) -> ParseResult {
        output.begin(input, part: "trial")
        let result = try proxy.parse(input, into: output)
        if output.builder.count > output.recordLimit { problems.append("more records than the limit") }
        if output.remaining > 0, let boundary = try proxy.boundary(input), boundary != result {
            problems.append("parse consumed \(result.consumed) bytes, where the boundary was \(boundary.consumed)")
        }
        for region in output.skipped { add(region) }
        if output.builder.count > 0 {
            let batch = output.builder.finish()
            var transcript = Transcript()
            transcript.note(batch)
            batches.append(batch)
            transcripts.append(transcript)
        }
        return result
    }

    private mutating func add(_ region: SkippedRegion) {
        if let last = regions.indices.last, regions[last].reason == region.reason,
            regions[last].position + regions[last].length == region.position
        {
            regions[last].length += region.length
        } else {
            regions.append(region)
        }
    }

    /// Records, then regions.
    var transcript: Transcript {
        var transcript = Transcript()
        for part in transcripts { transcript.append(part) }
        for region in regions { transcript.note("\(region.reason.name) at \(region.position): \(region.length)") }
        return transcript
    }

    /// Whether the batches still show what they showed when they were made.
    var isUnchanged: Bool {
        zip(batches, transcripts).allSatisfy { batch, transcript in
            var now = Transcript()
            now.note(batch)
            return now.difference(from: transcript) == nil
        }
    }

    /// Where records and regions lie, in rising order; nil when records do not say where they came from.
    var extents: [Range<Int>]? {
        var found = regions.map { Int($0.position)..<Int($0.position + $0.length) }
        for batch in batches {
            for row in 0..<batch.count {
                guard let position = batch.position(of: row) else { return nil }
                let start = Int(position)
                found.append(start..<start + batch.value.end(row) - batch.value.start(row))
            }
        }
        return found.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
}

public import PatchbayCore

/// What a trial asks of a parser: the contract of `ParserPlugin` without its configuration.
public protocol TriedParser {
    /// The records it makes.
    var schema: Schema { get }
    /// Appends records and skipped regions to `output`; says what it used up, or nil when it gives up on the input.
    mutating func parse(_ input: ParseInput, into output: ParseOutput) -> ParseResult?
    /// Where `parse` would stop if nothing limited the number of records; nil when the parser can not tell.
    mutating func boundary(_ input: ParseInput) -> ParseResult?
}

extension TriedParser {
    /// Can not tell.
    public mutating func boundary(_ input: ParseInput) -> ParseResult? { nil }
}

/// Parses one input in several ways and stops the process when a promise of the parsing contract is broken:
/// no byte is in two records or regions, none is missing, and chunk borders change nothing.
public struct ParserTrial<Parser: TriedParser> {
    /// Makes a parser that knows nothing yet.
    let makeParser: () -> Parser
    /// Whether records and regions touch each other; false for formats with separators between records.
    let isGapless: Bool

    /// A trial of the parsers that `makeParser` makes.
    public init(isGapless: Bool, makeParser: @escaping () -> Parser) {
        self.makeParser = makeParser
        self.isGapless = isGapless
    }

    /// Parses `bytes` whole, in chunks, and with a small limit on records.
    public func run(_ bytes: Span<UInt8>) {
        var whole = Feed(bytes, pieces: .whole)
        let expected = events(&whole, limit: nil)
        check(expected, size: bytes.count)

        // Borders come from the content, so that an input always takes the same way.
        var pieces = Feed(bytes, pieces: .random(seed: seed(bytes)))
        let chunked = events(&pieces, limit: nil)
        guard chunked == expected else {
            report("chunk borders changed the result", expected: expected, actual: chunked)
        }

        var small = Feed(bytes, pieces: .random(seed: ~seed(bytes)))
        check(events(&small, limit: 48), size: bytes.count)
    }

    /// Drives a parser as the engine does: what it leaves over comes again, in front of the next piece. A tail over
    /// `limit` is thrown away, and the parser told so.
    private func events(_ feed: inout Feed, limit: Int?) -> [Event] {
        var parser = makeParser()
        let output = ParseOutput(schema: parser.schema, recordLimit: 7)
        var log = EventLog()
        var discarded = false
        feed.advance(keeping: 0)
        while true {
            let input = feed.input(continuesDiscarded: discarded)
            output.begin(input, part: "trial")
            guard let result = parser.parse(input, into: output) else { return log.events }
            guard 0...feed.available ~= result.consumed else {
                fail("consumed \(result.consumed) bytes that are not there")
            }
            let isFull = output.remaining == 0
            if !isFull, let boundary = parser.boundary(input), boundary != result {
                fail("parsed as far as \(result), but the boundary was \(boundary)")
            }
            let made = log.append(output.builder.count > 0 ? output.builder.finish() : nil, output.skipped)
            guard result.consumed > 0 || made == 0 else { fail("records or regions of bytes that were not consumed") }
            feed.consume(result.consumed)
            if result.consumed > 0 { discarded = result.isStillDiscarding }
            if feed.available == 0 && feed.isLast { return log.events }
            if result.consumed > 0 && (isFull || feed.isLast) { continue }
            guard !feed.isLast else { fail("stuck at byte \(feed.position), the end of the input in sight") }
            if let limit, feed.available > limit {
                log.skip(position: feed.position, length: feed.available, reason: .tooLarge)
                feed.consume(feed.available)
                discarded = true
            }
            feed.advance(keeping: feed.available)
        }
    }

    private func check(_ events: [Event], size: Int) {
        var end: UInt64 = 0
        for event in events {
            guard event.position >= end, !isGapless || event.position == end else {
                report("a gap or an overlap at byte \(end)", expected: [], actual: events)
            }
            end = event.position + event.length
        }
        guard end <= size, !isGapless || end == size else {
            report("records and regions end at \(end) of \(size)", expected: [], actual: events)
        }
    }

    private func seed(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash
    }

    private func report(_ problem: String, expected: [Event], actual: [Event]) -> Never {
        let different = zip(expected, actual).first { $0 != $1 }
        print("expected \(expected.count) events, got \(actual.count); first difference:")
        print(different.map { "\($0.0)\n\($0.1)" } ?? "\(expected.suffix(3))\n\(actual.suffix(3))")
        fail(problem)
    }

    private func fail(_ problem: String) -> Never { fatalError(problem) }
}

import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct LineParserTests {
    private func run(
        _ text: String,
        chunk: Int,
        options: [String: ConfigNode] = [:],
        limit: Int = 16_384,
        continuesDiscarded: Bool = false
    ) throws -> ParserRun {
        var parser = try LineParser(.of(options))
        let schema = try parser.bind(.everything)
        return try ParserRun(
            &parser,
            schema: schema,
            Array(text.utf8),
            chunk: chunk,
            recordLimit: limit,
            continuesDiscarded: continuesDiscarded
        )
    }

    @Test(arguments: [1, 7, 64, 10_000])
    func linesAreTheSameWhereverChunksEnd(chunk: Int) throws {
        let text = "one\n\ntwo two\r\nthree" + String(repeating: "x", count: 100) + "\nlast"
        for limit in [1, 2, 16_384] {
            let run = try run(text, chunk: chunk, limit: limit)
            #expect(
                run.texts
                    == text.utf8.split(separator: 10, omittingEmptySubsequences: false).map {
                        String(decoding: $0, as: UTF8.self)
                    })
            #expect(run.consumed == text.utf8.count)
            #expect(run.skipped.isEmpty)
        }
    }

    @Test func aNewlineAtTheEndMakesNoRecord() throws {
        #expect(try run("a\nb\n", chunk: 3).texts == ["a", "b"])
        #expect(try run("", chunk: 3).texts.isEmpty)
        #expect(try run("\n", chunk: 3).texts == [""])
    }

    @Test(arguments: [1, 7, 100])
    func carriageReturnsGoWhenAsked(chunk: Int) throws {
        let run = try run("a\r\nb\r\r\n\r\nc\r", chunk: chunk, options: ["trim_cr": true])
        #expect(run.texts == ["a", "b\r", "", "c"])
    }

    @Test(arguments: [1, 4, 100])
    func theRestOfADiscardedLineIsReported(chunk: Int) throws {
        let found = try run("tail of it\nnext\n", chunk: chunk, continuesDiscarded: true)
        #expect(found.texts == ["next"])
        #expect(found.skipped == ["0 11 too_large"])
        #expect(found.consumed == 16)
        let endless = try run("no end", chunk: chunk, continuesDiscarded: true)
        #expect(endless.texts.isEmpty)
        #expect(endless.skipped == ["0 6 too_large"])
    }

    @Test func theBoundaryIsWhereParsingStops() throws {
        for text in ["", "a", "a\n", "a\nb", "\n\n", "ab\ncd\nef"] {
            for isLast in [false, true] {
                for discarding in [false, true] {
                    var parser = try LineParser(.of([:]))
                    let bytes = Bytes(text)
                    let input = ParseInput(
                        buffer: bytes.buffer,
                        start: 0,
                        end: bytes.count,
                        position: 0,
                        isLast: isLast,
                        continuesDiscarded: discarding
                    )
                    let output = ParseOutput(schema: parser.schema)
                    output.begin(input, part: "x")
                    let parsed = try parser.parse(input, into: output)
                    #expect(try parser.boundary(input) == parsed, "\(text) \(isLast) \(discarding)")
                }
            }
        }
    }
}

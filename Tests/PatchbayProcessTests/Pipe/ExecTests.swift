import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

/// Existing programs as stages.
@Suite struct ExecTests {
    private func configuration(
        _ command: [String], format: String = "raw", timeout: Int64? = nil, limits: PluginLimits = PluginLimits()
    ) -> PluginConfiguration {
        var values: [String: ConfigNode] = [
            "command": ConfigNode(.list(command.map { ConfigNode(.string($0)) })),
            "format": ConfigNode(.string(format)),
        ]
        if let timeout { values["timeout"] = ConfigNode(.integer(timeout)) }
        return PluginConfiguration(checked: values, limits: limits, sandbox: .off)
    }

    private func batch(_ lines: [String]) -> Batch {
        let builder = BatchBuilder(schema: LineBatches.schema)
        builder.begin()
        for line in lines { builder.value.append(copying: Bytes(line).span) }
        return builder.finish()
    }

    private func texts(_ batches: [Batch]) -> [String] {
        batches.flatMap { batch in (0..<batch.count).map { String(decoding: batch.value.bytes($0)) } }
    }

    /// What a program makes of lines, in several batches.
    private func transform(
        _ configuration: PluginConfiguration, _ batches: [[String]]
    ) throws -> (lines: [String], rejected: Int) {
        let stage = ExecStage(try ExecOptions(configuration))
        _ = stage.bind(LineBatches.schema)
        try stage.start(PluginContext(stage: "exec"))
        defer { stage.stop() }
        var made: [Batch] = []
        var rejected = 0
        for lines in batches {
            var rejections = Rejections()
            try stage.accumulate(batch(lines), rejections: &rejections)
            rejected += rejections.entries.count
            made += try stage.results(isLast: false)
        }
        while true {
            let more = try stage.results(isLast: true)
            if more.isEmpty { break }
            made += more
        }
        return (texts(made + (try stage.finish())), rejected)
    }

    @Test func linesGoThroughInOrder() throws {
        let lines = (0..<50_000).map { "line \($0)" }
        let halves = [Array(lines[..<20_000]), Array(lines[20_000...])]
        #expect(try transform(configuration(["cat"]), halves).lines == lines)
    }

    @Test func whatComesAtTheEndIsNotLost() throws {
        #expect(try transform(configuration(["sort", "-r"]), [["a", "c"], ["b"]]).lines == ["c", "b", "a"])
        #expect(try transform(configuration(["printf", "no line feed"]), [["a"]]).lines == ["no line feed"])
    }

    @Test func aProgramThatReadsNoMoreHasWhatItWants() throws {
        let many = Array(repeating: String(repeating: "x", count: 1000), count: 1000)
        #expect(try transform(configuration(["head", "-n", "2"]), [many, many, many]).lines.count == 2)
    }

    @Test func moreOutputThanInputDoesNotBlock() throws {
        let line = String(repeating: "y", count: 10_000)
        let result = try transform(
            configuration(["sh", "-c", "while read -r l; do echo $l; echo $l; echo $l; done"]),
            [
                Array(repeating: line, count: 500)
            ])
        #expect(result.lines.count == 1500)
    }

    @Test func recordsWithLineFeedsAreRejected() throws {
        let result = try transform(configuration(["cat"]), [["a\nb", "c\n", ""]])
        #expect(result.lines == ["c", ""])
        #expect(result.rejected == 1)
        #expect(try transform(configuration(["cat"], format: "json"), [["a\nb"]]).lines == [#"{"value":"a\nb"}"#])
    }

    @Test func aFailureSaysHowAndWhy() throws {
        let error = #expect(throws: PluginError.self) {
            try transform(configuration(["sh", "-c", "cat >/dev/null; echo the reason >&2; exit 3"]), [["a"]])
        }
        #expect(error?.description.contains("status 3") == true)
        #expect(error?.description.contains("the reason") == true)
        #expect(error?.isFinal == true)
    }

    @Test func silenceEndsAProgram() throws {
        let error = #expect(throws: PluginError.self) {
            try transform(configuration(["sleep", "1000"], timeout: 200_000_000), [["a"]])
        }
        #expect(error?.code == .timedOut)
    }

    @Test func outputWithoutEndIsAnError() throws {
        var limits = PluginLimits()
        limits.outputBytesPerCall = 1 << 20
        let error = #expect(throws: PluginError.self) {
            try transform(
                configuration(["sh", "-c", "head -c 3000000 /dev/zero; cat > /dev/null"], limits: limits), [["a"]])
        }
        #expect(error?.message.contains("longer than 1048576 bytes") == true)
    }

    @Test(arguments: [[], ["no-such-program-here"], [""]])
    func aCommandThatIsNoneIsRefused(_ command: [String]) {
        let error = #expect(throws: PluginError.self) { try ExecOptions(configuration(command)) }
        #expect(error?.code == .configuration)
    }

    @Test func aSourceDeliversAllAndChecksTheStatus() throws {
        func read(_ command: [String]) throws -> Int {
            let source = ExecSource(try ExecOptions(configuration(command)))
            try source.start(PluginContext(stage: "exec"))
            defer { source.stop() }
            var room = [UInt8](repeating: 0, count: 1000)
            var total = 0
            while true {
                var memory = room.mutableSpan
                switch try source.read(into: &memory, mayWait: true) {
                case .bytes(let count): total += count
                case .nothingYet, .endOfPart: continue
                case .endOfInput: return total
                }
            }
        }
        #expect(try read(["seq", "1", "100000"]) == 588_895)
        let error = #expect(throws: PluginError.self) { _ = try read(["sh", "-c", "echo a; exit 7"]) }
        #expect(error?.description.contains("status 7") == true)
    }

    @Test func aSinkIsDoneWhenTheProgramIs() throws {
        func write(_ command: [String]) throws {
            let sink = ExecSink(try ExecOptions(configuration(command)))
            sink.bind(LineBatches.schema)
            try sink.start(PluginContext(stage: "exec"))
            defer { sink.stop() }
            let many = batch(Array(repeating: String(repeating: "x", count: 1000), count: 1000))
            for _ in 0..<3 {
                var rejections = Rejections()
                try sink.write(many, rejections: &rejections)
                sink.flush()
            }
            try sink.finish()
        }
        try write(["sh", "-c", "test $(wc -l) = 3000"])
        let failed = #expect(throws: PluginError.self) { try write(["sh", "-c", "cat > /dev/null; exit 2"]) }
        #expect(failed?.description.contains("status 2") == true)
        let closed = #expect(throws: PluginError.self) { try write(["head", "-n", "1"]) }
        #expect(closed?.description.contains("before it had read everything") == true)
    }
}

import Glibc
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

extension ProcessTests {
    @Suite struct Outputs {
        @Test func aFloodNeitherBlocksThePluginNorFillsTheHostNorHoldsUpOthers() throws {
            let collector = LogCollector()
            let flooding = Probe.process("flood")
            let scope = collector.scope("one")
            flooding.attach(scope, logLinesPerSecond: 10)
            let other = Probe.process("plain")
            let before = residentPages()
            let end = MonotonicClock.nanoseconds + 2_000_000_000
            var slowest = 0.0
            while MonotonicClock.nanoseconds < end {
                #expect(try flooding.call("/echo", "x") == "x")
                slowest = max(
                    slowest, Probe.milliseconds { #expect(throws: Never.self) { try other.call("/echo", "y") } })
            }
            #expect(slowest < 500)
            #expect(residentPages() - before < 8192)
            #expect(collector.all.count < 100)
            flooding.detach(scope)
            flooding.stop()
            other.stop()
        }

        private func residentPages() -> Int {
            let text = String(decoding: FileTree.beginning(of: "/proc/self/statm", count: 128), as: UTF8.self)
            return Int(text.split(separator: " ")[1]) ?? 0
        }

        @Test func linesOfJSONBecomeLogRecordsAndMetricsOfTheirStage() throws {
            let collector = LogCollector()
            let (one, two) = (collector.scope("one"), collector.scope("two"))
            let process = Probe.process("structured")
            process.attach(one, logLinesPerSecond: 100)
            process.attach(two, logLinesPerSecond: 100)
            #expect(try process.call("/echo", "x") == "x")
            #expect(Probe.becomes { one.metrics.values.counters["seen"] == 4 })
            #expect(Probe.becomes { two.metrics.values.histograms["size"]?.sum == 0.5 })
            #expect(Probe.becomes { collector.all.count == 2 })
            let line = try #require(collector.all.first { $0.level == .warning })
            #expect(line.stage == "two" && line.text == "it is late hour=23")
            #expect(collector.all.contains { $0.level == .debug && $0.message == "plain words" })
            process.stop()
        }
    }
}

@Suite struct OutputPartTests {
    private func split(_ pieces: [String]) -> [(String, Bool)] {
        var splitter = LineSplitter()
        var lines: [(String, Bool)] = []
        for piece in pieces {
            let bytes = Array(piece.utf8)
            splitter.feed(bytes.span) { lines.append((String(decoding: $0), $1)) }
        }
        splitter.finish { lines.append((String(decoding: $0), $1)) }
        return lines
    }

    @Test func linesComeOutWhateverThePieces() {
        let text = "one\n\ntwo\nthree"
        let expected = ["one", "", "two", "three"]
        #expect(split([text]).map(\.0) == expected)
        #expect(split(text.map { String($0) }).map(\.0) == expected)
    }

    @Test func aLineWithoutEndIsCutAndItsRestLeftOut() {
        let long = String(repeating: "x", count: 50_000)
        let lines = split([long, long, long, "\nnext\n"])
        #expect(lines.map(\.0.utf8.count) == [LineSplitter.limit, 4])
        #expect(lines.map(\.1) == [true, false])
    }

    @Test func theTailKeepsTheLastLinesOnly() {
        var tail = OutputTail()
        for index in 0..<1000 { tail.append("line \(index)") }
        #expect(tail.text?.split(separator: "\n").count == OutputTail.lineLimit)
        #expect(tail.text?.hasSuffix("line 999") == true)
        for _ in 0..<100 { tail.append(String(repeating: "y", count: 1000)) }
        #expect((tail.text?.utf8.count ?? 0) <= OutputTail.sizeLimit + OutputTail.lineLimit)
    }

    @Test func controlCharactersDoNotReachATerminal() {
        let bytes = Array("\u{1B}[31mred\u{7}\u{202E}\r".utf8)
        #expect(OutputText.clean(bytes.span, limit: 100) == "\\u{1b}[31mred\\u{7}\\u{202e}")
    }
}

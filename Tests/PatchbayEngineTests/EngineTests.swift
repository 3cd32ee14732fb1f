import PatchbayCore
import PatchbayEngine
import PatchbayPlugin
import Testing

@Suite struct EngineTests {
    static let text = (0..<500).map { "line \($0) \(String(repeating: "x", count: $0 % 50))" }

    @Test(arguments: [1, 2, 4], [17, 64, 300, 100_000])
    func recordsAreTheSameForAnyChunkSizeAndThreadCount(threads: Int, chunkSize: Int) throws {
        var pipeline = Pipeline(chunkSize: chunkSize, threads: threads)
        pipeline.addLines(Self.text.joined(separator: "\n"), piece: 23)
        let collected = pipeline.collect(columns: ["index", "offset", "source", "value"])
        let report = try pipeline.run()
        #expect(report.isSuccess, "\(String(describing: report.error)) \(report.ledger.imbalances)")
        var offset = 0
        var expected: [String] = []
        for (index, line) in Self.text.enumerated() {
            expected.append("\(index) \(offset) part0 \(line)")
            offset += line.utf8.count + 1
        }
        #expect(collected.lines == expected)
    }

    @Test func aFilterKeepsAndTheLedgerSaysHowMany() throws {
        var pipeline = Pipeline(threads: 2)
        pipeline.addLines("a1\nb2\na3\nb4\n")
        pipeline.add("keep", .filter) { .filter(ByteFilter(keeps: UInt8(ascii: "a"))) }
        let collected = pipeline.collect()
        let report = try pipeline.run()
        #expect(report.isSuccess)
        #expect(collected.lines == ["a1", "a3"])
        let account = try #require(report.ledger.accounts.first { $0.stage == "keep" })
        #expect(account.recordsIn == 4 && account.recordsOut == 2 && account.filtered == 2)
    }

    @Test func aRecordLargerThanTheChunkGrowsTheBuffer() throws {
        let long = String(repeating: "y", count: 10_000)
        var pipeline = Pipeline(chunkSize: 64)
        pipeline.addLines("a\n\(long)\nb", piece: 100)
        let collected = pipeline.collect()
        #expect(try pipeline.run().isSuccess)
        #expect(collected.lines == ["a", long, "b"])
    }

    @Test(arguments: [1, 3])
    func aRecordOverTheLimitFailsOrIsSkippedWhole(threads: Int) throws {
        let text = "a\n" + String(repeating: "y", count: 10_000) + "\nb\n"
        var failing = Pipeline(chunkSize: 64, threads: threads)
        failing.settings.maximumRecordSize = 1000
        failing.addLines(text)
        failing.collect()
        let failed = try failing.run()
        #expect(failed.error?.message.contains("no record ends within") == true)
        #expect(failed.ledger.imbalances.isEmpty)

        var skipping = Pipeline(chunkSize: 64, threads: threads)
        skipping.settings.maximumRecordSize = 1000
        let bytes = Array(text.utf8)
        skipping.add("in", .byteSource, inputs: []) { .byteSource(MemorySource([bytes])) }
        skipping.addParser(onError: .skip)
        let collected = skipping.collect()
        let report = try skipping.run()
        #expect(report.isSuccess, "\(String(describing: report.error)) \(report.ledger.imbalances)")
        #expect(collected.lines == ["a", "b"])
        let account = try #require(report.ledger.accounts.first { $0.stage == "lines" })
        #expect(account.bytesIn == UInt64(text.utf8.count))
        #expect(account.skippedBytes >= 10_000)
    }

    @Test(arguments: [1, 3])
    func onlyTheGuiltyRecordIsRejected(threads: Int) throws {
        var pipeline = Pipeline(chunkSize: 32, threads: threads)
        pipeline.addLines("one\ntwo\nb!d\nfour\nfive\nw!rse\nsix\n")
        pipeline.add("picky", .filter, onError: .skip) { .filter(ByteFilter(throwsOn: UInt8(ascii: "!"))) }
        let collected = pipeline.collect()
        let report = try pipeline.run()
        #expect(report.isSuccess)
        #expect(collected.lines == ["one", "two", "four", "five", "six"])
        #expect(report.ledger.accounts.first { $0.stage == "picky" }?.skippedRecords == 2)
    }

    @Test func deadLettersCarryTheWholeRecordAndThePlace() throws {
        var pipeline = Pipeline()
        let letters = Collected()
        pipeline.deadLetters = StageDefinition(
            id: "dead", role: .sink,
            factory: ClosureFactory(.sink, "dead") {
                .sink(CollectingSink(letters, columns: ["stage", "message", "source", "offset", "value"]))
            })
        pipeline.addLines("fine\n!bad one\nfine\n")
        pipeline.add("check", .validator, onError: .deadLetter) {
            .validator(FirstByteValidator(bad: UInt8(ascii: "!")))
        }
        let collected = pipeline.collect()
        let report = try pipeline.run()
        #expect(report.isSuccess)
        #expect(collected.lines == ["fine", "fine"])
        #expect(letters.lines == ["check bad first byte part0 5 !bad one"])
        #expect(report.ledger.accounts.first { $0.stage == "check" }?.deadLettered == 1)
    }

    @Test func deadLettersNeedADestination() {
        var pipeline = Pipeline()
        pipeline.addLines("x")
        pipeline.add("check", .validator, onError: .deadLetter) { .validator(FirstByteValidator(bad: 0)) }
        pipeline.collect()
        #expect(throws: PluginError.self) { try pipeline.plan() }
    }

    @Test func aFailingFilterNamesStageRecordAndOffset() throws {
        var pipeline = Pipeline()
        pipeline.addLines("one\ntw!\nthree\n")
        pipeline.add("picky", .validator) { .validator(FirstByteValidator(bad: UInt8(ascii: "t"))) }
        pipeline.collect()
        let report = try pipeline.run()
        let error = try #require(report.error)
        #expect(error.stage == "picky" && error.origin?.position == 4 && error.origin?.part == "part0")
        #expect(report.ledger.imbalances.isEmpty)
    }

    @Test(arguments: [1, 2])
    func severalSourcesMergeThroughAQueue(threads: Int) throws {
        var pipeline = Pipeline(chunkSize: 32, threads: threads)
        for (name, first) in [("a", 0), ("b", 1000)] {
            let bytes = Array((first..<(first + 200)).map { "\($0)\n" }.joined().utf8)
            pipeline.add(name, .byteSource, inputs: []) { .byteSource(MemorySource([bytes], piece: 11)) }
        }
        pipeline.addParser(inputs: ["a", "b"])
        let collected = pipeline.collect()
        let report = try pipeline.run()
        #expect(report.isSuccess, "\(String(describing: report.error)) \(report.ledger.imbalances)")
        let numbers = collected.lines.compactMap { Int($0) }
        #expect(numbers.filter { $0 < 1000 } == Array(0..<200))
        #expect(numbers.filter { $0 >= 1000 } == Array(1000..<1200))
    }

    @Test func aTeeGivesEveryBranchAllAndADiamondJoinsThem() throws {
        var pipeline = Pipeline(chunkSize: 32, threads: 2)
        pipeline.addLines("a1\nb2\na3\n")
        pipeline.add("as", .filter, inputs: ["lines"]) { .filter(ByteFilter(keeps: UInt8(ascii: "a"))) }
        pipeline.add("bs", .filter, inputs: ["lines"]) { .filter(ByteFilter(keeps: UInt8(ascii: "b"))) }
        let both = pipeline.collect("both", inputs: ["as", "bs"])
        let all = pipeline.collect("all", inputs: ["lines"])
        let report = try pipeline.run()
        #expect(report.isSuccess, "\(String(describing: report.error)) \(report.ledger.imbalances)")
        #expect(both.lines.sorted() == ["a1", "a3", "b2"])
        #expect(all.lines == ["a1", "b2", "a3"])
    }

    @Test func anExplicitQueueKeepsTheOrder() throws {
        var pipeline = Pipeline(chunkSize: 32, threads: 3)
        pipeline.addLines(Self.text.joined(separator: "\n"))
        let collected = Collected()
        pipeline.add("out", .sink, queue: 2) { .sink(CollectingSink(collected)) }
        #expect(try pipeline.run().isSuccess)
        #expect(collected.lines == Self.text)
    }

    @Test(arguments: [1, 4])
    func anAggregateGivesItsResultAtTheEnd(threads: Int) throws {
        var pipeline = Pipeline(chunkSize: 40, threads: threads)
        pipeline.addLines(Self.text.joined(separator: "\n"))
        pipeline.add("count", .aggregate) { .aggregate(CountingAggregate()) }
        let collected = pipeline.collect(columns: ["count"])
        let report = try pipeline.run()
        #expect(report.isSuccess)
        #expect(collected.lines == ["500"])
    }

    @Test func partsAreParsedOneByOne() throws {
        var pipeline = Pipeline(chunkSize: 8, threads: 2)
        pipeline.add("in", .byteSource, inputs: []) {
            .byteSource(MemorySource([Array("a\nno newline".utf8), [], Array("b".utf8)]))
        }
        pipeline.addParser()
        let collected = pipeline.collect(columns: ["source", "offset", "value"])
        #expect(try pipeline.run().isSuccess)
        #expect(collected.lines == ["part0 0 a", "part0 2 no newline", "part2 0 b"])
    }

    /// The next part was once read into the memory that records of the last one still showed.
    @Test(arguments: [1, 2])
    func recordsOutliveTheirPart(threads: Int) throws {
        let parts = (0..<20).map { Array("\($0)\nlast of \($0)".utf8) }
        var pipeline = Pipeline(chunkSize: 64, threads: threads)
        pipeline.add("in", .byteSource, inputs: []) { .byteSource(MemorySource(parts)) }
        pipeline.addParser()
        let collected = Collected()
        pipeline.add("out", .sink) {
            var sink = CollectingSink(collected)
            sink.isPatient = true
            return .sink(sink)
        }
        #expect(try pipeline.run().isSuccess)
        #expect(collected.lines == (0..<20).flatMap { ["\($0)", "last of \($0)"] })
    }
}

import CPatchbay
import PatchbayABI
import PatchbayComponents
import PatchbayCore
import PatchbayEngine
import PatchbayPlugin
import Synchronization
import Testing

/// Plugins behind the ABI in pipelines: what becomes of records when they fail.
@Suite struct EngineTests {
    private struct Factory: PluginFactory {
        let manifest: PluginManifest
        let origin = "test"
        let make: @Sendable () throws(PluginError) -> PluginInstance

        func makeInstance(
            for capability: Capability, configuration: PluginConfiguration
        ) throws(PluginError) -> PluginInstance { try make() }
    }

    private final class Written: Sendable {
        let rows = Mutex<[String]>([])
        var lines: [String] { rows.withLock { $0 } }
    }

    private struct Writer: SinkPlugin {
        let written: Written
        func wanted(from input: Schema) throws(PluginError) -> FieldRequest { .everything }
        mutating func bind(_ input: Schema) throws(PluginError) {}
        mutating func write(_ batch: Batch, rejections: inout Rejections) throws(PluginError) {
            let lines = Samples.texts(batch.value)
            written.rows.withLock { $0 += lines }
        }
        mutating func flush() throws(PluginError) {}
    }

    private struct Records: SourcePlugin {
        let schema = Samples.schema
        var batches: [[String]]
        mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema { schema }
        mutating func read() throws(PluginError) -> SourceResult {
            batches.isEmpty ? .endOfInput : .batch(Samples.batch(batches.removeFirst()))
        }
    }

    private func stage(
        _ id: String, _ role: Role, inputs: [String] = [], onError: ErrorPolicy = .fail,
        _ make: @escaping @Sendable () throws(PluginError) -> PluginInstance
    ) -> StageDefinition {
        StageDefinition(
            id: id, role: role,
            factory: Factory(manifest: PluginManifest(role, name: id, summary: "For tests."), make: make),
            inputs: inputs, onError: onError)
    }

    /// Runs records through the plugin that `maker` makes; the report, what came out and the dead letters.
    private func run(
        _ batches: [[String]], _ role: Role, _ maker: FakeMaker, onError: ErrorPolicy
    ) throws -> (report: RunReport, out: [String], dead: [String]) {
        let (out, dead) = (Written(), Written())
        let stages = [
            stage("in", .source) { .source(Records(batches: batches)) },
            stage("fake", role, inputs: ["in"], onError: onError) { () throws(PluginError) in
                try maker.instance(role)
            },
            stage("out", .sink, inputs: ["fake"]) { .sink(Writer(written: out)) },
        ]
        let letters = stage("dead", .sink) { .sink(Writer(written: dead)) }
        let plan = try PipelinePlan(PipelineDefinition(stages: stages, deadLetters: letters))
        let report = PipelineRun(plan).run()
        return (report, out.lines, dead.lines)
    }

    private func filter(_ answer: @escaping Answering) -> FakeMaker {
        let maker = FakeMaker()
        maker.wantsValues()
        maker.on(PATCHBAY_FILTER, answer)
        return maker
    }

    @Test(arguments: [ErrorPolicy.skip, .deadLetter])
    func onlyTheRecordThatTrapsIsLost(policy: ErrorPolicy) throws {
        let maker = filter { (frame, guest) throws(PluginError) in
            if guest.values(frame).contains("bad") { throw PluginError(.crashed, "it gave up") }
            frame.output = patchbay_bytes(
                address: guest.place(Array(repeating: UInt8(0xFF), count: Int(frame.batch.rows + 7) / 8)),
                length: (frame.batch.rows + 7) / 8)
            return 0
        }
        var records = (0..<100).map { "record \($0)" }
        records[61] = "bad"
        let (report, out, dead) = try run([records, ["after"]], .filter, maker, onError: policy)
        #expect(report.error == nil && report.ledger.imbalances.isEmpty, "\(report.ledger.imbalances)")
        #expect(out == records.filter { $0 != "bad" } + ["after"])
        #expect(dead == (policy == .deadLetter ? ["bad"] : []))
        let statistics = try #require(report.stages.first { $0.id == "fake" }).statistics
        // One for each halving, the whole batch and the record alone.
        #expect(statistics.reloads == 8 && statistics.errors == 8)
    }

    @Test func aTrapEndsARunThatMayNotLoseRecords() throws {
        let maker = filter(trap)
        let (report, out, _) = try run([["a", "b"]], .filter, maker, onError: .fail)
        #expect(report.error?.stage == "fake" && report.error?.code == .crashed && out.isEmpty)
        #expect(report.ledger.imbalances.isEmpty, "\(report.ledger.imbalances)")
    }

    @Test(arguments: ErrorPolicy.allCases)
    func failuresOfSingleRecordsFollowThePolicy(policy: ErrorPolicy) throws {
        let maker = filter { frame, guest in
            let values = guest.values(frame)
            var bits: UInt8 = 0
            for (row, value) in values.enumerated() where value != "no" { bits |= 1 << UInt8(row) }
            frame.output = patchbay_bytes(address: guest.place([bits]), length: 1)
            frame.errors = guest.errors(
                values.enumerated().filter { $0.element.hasPrefix("?") }.map { (UInt64($0.offset), "unclear") })
            return 0
        }
        let (report, out, dead) = try run([["a", "?1", "no", "?2", "b"]], .filter, maker, onError: policy)
        #expect(report.ledger.imbalances.isEmpty, "\(report.ledger.imbalances)")
        let account = try #require(report.ledger.accounts.first { $0.stage == "fake" })
        if policy == .fail {
            #expect(report.error?.message == "unclear" && report.error?.record == 1 && out.isEmpty)
            return
        }
        #expect(report.error == nil && out == ["a", "b"])
        #expect(account.filtered == 1 && account.recordsOut == 2)
        #expect(dead == (policy == .deadLetter ? ["?1", "?2"] : []))
        #expect(account.skippedRecords == (policy == .skip ? 2 : 0))
        #expect(account.deadLettered == (policy == .deadLetter ? 2 : 0))
        let statistics = try #require(report.stages.first { $0.id == "fake" }).statistics
        #expect(statistics.ok == 2 && statistics.filtered == 1 && statistics.errors == 2 && statistics.reloads == 0)
    }

    /// Its sum would be wrong from there on, and no record is to blame.
    @Test(arguments: ErrorPolicy.allCases)
    func anAggregateThatTrapsEndsTheRunWhateverThePolicy(policy: ErrorPolicy) throws {
        let maker = FakeMaker()
        maker.describes([("sum", PATCHBAY_INT64)])
        maker.on(PATCHBAY_ACCUMULATE) { (frame, guest) throws(PluginError) in
            if guest.values(frame).contains("bad") { throw PluginError(.crashed, "it gave up") }
            return 0
        }
        maker.on(PATCHBAY_FINISH) { frame, guest in
            frame.result = guest.batch(1, [guest.texts(["sum"]), guest.numbers([guest.sum])])
            return 0
        }
        let (report, out, dead) = try run([["a"], ["b", "bad"], ["c"]], .aggregate, maker, onError: policy)
        #expect(report.error?.message == "it gave up, and what it had summed up is lost")
        #expect(out.isEmpty && dead.isEmpty)
        #expect(report.ledger.imbalances.isEmpty, "\(report.ledger.imbalances)")
    }

    /// The stages behind look columns up by their place.
    @Test func anInstanceThatGivesOtherFieldsThanTheFirstIsAnError() throws {
        let maker = FakeMaker()
        var binds = 0
        maker.describes(TransformTests.fields)
        maker.on(PATCHBAY_BIND) { frame, guest in
            binds += 1
            frame.output_schema = guest.schema(binds > 1 ? [("number", PATCHBAY_INT64)] : TransformTests.fields)
            return 0
        }
        let (report, _, _) = try run([["a"]], .transform, maker, onError: .skip)
        #expect(report.error?.code == .invalidResult && report.error?.stage == "fake")
    }
}

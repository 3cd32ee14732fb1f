import Foundation
import Patchbay
import Testing

@testable import PatchbayCommands

/// A filter that lets everything pass and reports two metrics when it starts.
private struct Metered: PluginFactory {
    var manifest = PluginManifest(.filter, name: "metered", summary: "passes all")
    var origin: String { "test" }

    struct Filter: FilterPlugin {
        var wanted: FieldRequest { .none }
        mutating func bind(_ input: Schema) throws(PluginError) {}
        mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {}
        mutating func start(_ context: PluginContext) throws(PluginError) {
            var values = MetricValues()
            values.counters["lost \"packets\""] = -3
            var histogram = Histogram()
            for value in [1.5, 1.75, 1e200] { histogram.record(value) }
            values.histograms["size"] = histogram
            context.scope.metrics.add(values)
        }
    }

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        .filter(Filter())
    }
}

@Suite struct MetricsTests {
    @Test func `the ledger's JSON has what plugins counted`() throws {
        var registry = try PluginRegistry.withBuiltIns()
        try registry.register(Metered())
        let text = "sources: [{uses: file, with: /dev/null}]\nprocessors: [lines, metered]\nsinks: ['null']\n"
        let check = PipelineCheck(SourceText(file: "p", text), registry: registry)
        let report = PipelineRun(try #require(check.plan)).run()
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(LedgerReport(report).json.utf8)) as? [String: Any])
        let stages = try #require(json["stages"] as? [[String: Any]])
        #expect(stages.filter { $0["metrics"] != nil }.count == 1)
        let metrics = try #require(stages[2]["metrics"] as? [String: Any])
        #expect(metrics["lost \"packets\""] as? Int == -3)
        let size = try #require(metrics["size"] as? [String: Any])
        #expect(size["count"] as? Int == 3 && size["minimum"] as? Double == 1.5 && size["maximum"] as? Double == 1e200)
        let parts = try #require(size["parts"] as? [[String: Any]])
        #expect(parts.map { $0["count"] as? Int } == [2, 1])
        #expect(parts[0]["below"] as? Double == 2 && parts[1]["below"] is NSNull)
    }
}

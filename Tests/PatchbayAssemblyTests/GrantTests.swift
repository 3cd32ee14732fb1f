import Patchbay
import Testing

/// A sandboxed filter that lets everything pass and counts its batches.
private struct Sandboxed: PluginFactory {
    var manifest = PluginManifest(
        .filter, name: "boxed", summary: "passes all", permissions: ["clock", "read", "secret:TOKEN", "file"])
    var origin: String { "test" }
    var isSandboxed: Bool { true }

    struct Filter: FilterPlugin {
        let scope: StageScope
        var wanted: FieldRequest { .none }
        mutating func bind(_ input: Schema) throws(PluginError) {}
        mutating func filter(_ batch: Batch, into selection: inout Selection) throws(PluginError) {
            var values = MetricValues()
            values.counters["batches"] = 1
            scope.metrics.add(values)
        }
    }

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        .filter(Filter(scope: configuration.scope))
    }
}

@Suite struct StageGrantTests {
    private func check(_ stage: String, _ folder: TemporaryFolder) throws -> PipelineCheck {
        var registry = try PluginRegistry.withBuiltIns()
        try registry.register(Sandboxed())
        let text = """
            sources:
              - {uses: file, with: in.txt}
            processors:
              - lines
              - \(stage)
            sinks:
              - {uses: file, with: out.txt}
            """
        return PipelineCheck(SourceText(file: "\(folder.path)/p.yaml", text), registry: registry)
    }

    @Test func `grants reach the plugin with paths from the configuration's directory`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a\nb\n", to: "in.txt")
        let check = try check("{uses: boxed, grants: [clock, 'read:./x', 'write:/y'], limits: {fuel: 7}}", folder)
        let configuration = try #require(check.definition?.stages[2].configuration)
        #expect(
            configuration.grants == Grants([.log, .metrics, .clock, .read("\(folder.path)/./x"), .write("/y")]))
        #expect(configuration.limits.fuelPerCall == 7)
        #expect(configuration.stage == "boxed")
        #expect(
            check.diagnostics.map(\.message) == [
                "'boxed' wants the grant 'secret:TOKEN', which it does not have"
            ])
        #expect(check.diagnostics.first?.severity == .warning && check.plan != nil)
    }

    @Test func `grants of a plugin that they do not bind are noted`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a\n", to: "in.txt")
        let check = try check("{uses: where, with: 'true', grants: clock, limits: {fuel: 1}}", folder)
        #expect(check.failedPhase == nil)
        #expect(check.diagnostics.map(\.severity) == [.warning, .warning])
        #expect(check.diagnostics.allSatisfy { $0.message.contains("has no effect: 'where' is not sandboxed") })
    }

    @Test func `metrics are in the report of their run alone`() throws {
        let folder = try TemporaryFolder()
        try folder.write("a\nb\n", to: "in.txt")
        let plan = try #require(try check("boxed", folder).plan)
        for _ in 0..<2 {
            let report = PipelineRun(plan).run()
            #expect(report.stages[2].metrics.counters == ["batches": 1])
            #expect(report.stages[1].metrics.isEmpty)
        }
    }
}

import PatchbayConfig
import Testing

struct InputTests {
    private func stage(
        _ id: String,
        _ section: StageConfiguration.Section,
        _ inputs: [String]? = nil
    ) -> StageConfiguration {
        StageConfiguration(
            id: id,
            section: section,
            plugin: .name(id, version: nil),
            inputs: inputs.map { $0.map { StageConfiguration.Input($0) } }
        )
    }

    @Test func stagesFormALineUnlessInputsSayOtherwise() {
        var pipeline = PipelineConfiguration(
            file: "p.yaml",
            stages: [
                stage("a", .sources), stage("b", .sources), stage("p", .processors), stage("q", .processors),
                stage("x", .sinks), stage("y", .sinks),
            ]
        )
        #expect(pipeline.inputIndices() == [[], [], [0, 1], [2], [3], [3]])
        pipeline.stages[3] = stage("q", .processors, ["b"])
        pipeline.stages[5] = stage("y", .sinks, ["p", "q"])
        #expect(pipeline.inputIndices() == [[], [], [0, 1], [1], [3], [2, 3]])
        pipeline.stages.removeSubrange(2...3)
        pipeline.stages.removeLast()
        #expect(pipeline.inputIndices() == [[], [], [0, 1]])
    }
}

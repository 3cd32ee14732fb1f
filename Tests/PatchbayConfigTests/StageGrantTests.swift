import PatchbayConfig
import PatchbayPlugin
import Testing

@Suite struct StageGrantTests {
    private func parse(_ stage: String) -> (stage: StageConfiguration?, diagnostics: [String]) {
        let text = "sources:\n  - file\nprocessors:\n\(stage)\nsinks:\n  - stdout\n"
        let (configuration, diagnostics) = PipelineConfiguration.parse(SourceText(file: "p", text))
        return (configuration?.stages[1], diagnostics.map(\.description))
    }

    @Test func `both forms give the same`() throws {
        let short = parse("  - {uses: ./a.wasm, grants: [clock, 'read:./in'], limits: {memory: 1MiB, time: 0}}")
        let long = parse(
            """
              - type: plugin
                config:
                  plugin_path: ./a.wasm
                  grants: [clock, 'read:./in']
                  limits: {memory: 1MiB, time: 0}
            """)
        let mixed = parse(
            """
              - type: plugin
                grants: [clock, 'read:./in']
                config: {plugin_path: ./a.wasm, limits: {memory: 1MiB, time: 0}}
            """)
        for result in [short, long, mixed] {
            #expect(result.diagnostics == [])
            let stage = try #require(result.stage)
            #expect(stage.grants == Grants([.log, .metrics, .clock, .read("./in")]))
            #expect(stage.limits.memory == 1 << 20 && stage.limits.millisecondsPerCall == nil)
            #expect(stage.positions.grants != nil && stage.positions.limits != nil)
        }
        #expect(parse("  - {uses: ./a.wasm, grants: state}").stage?.grants == Grants([.log, .metrics, .state]))
        #expect(parse("  - {uses: ./a.wasm, grants: , limits: }").stage?.grants == .default)
    }

    @Test(arguments: [
        ("grants: [clok]", ["p:4:31: error: 'clok' is no grant; did you mean 'clock'?"]),
        (
            "grants: [read: ./x]",
            ["p:4:31: error: expected a grant, got a mapping; write \"read:./x\" without the space"]
        ),
        ("grant: [clock]", ["p:4:22: error: unknown key 'grant'; did you mean 'grants'?"]),
        (
            "grants: ['read:${env:HOME}']",
            [
                "p:4:31: error: no variable can stand in a grant; variables work in the values of 'with', 'params' and "
                    + "'connection'"
            ]
        ),
        (
            "limits: {memroy: 1MiB, time: 5, fuel: 0}",
            [
                "p:4:31: error: unknown option 'memroy'; did you mean 'memory'?",
                "p:4:51: error: option 'time': 5 has no unit; write '5s' or '5ms'",
                "p:4:60: error: option 'fuel': 0 is not 1 or more",
            ]
        ),
        ("limits: {memory: 1}", ["p:4:39: error: option 'memory': the value must be from 64KiB to 4GiB"]),
        (
            "limits: 5", ["p:4:30: error: expected options as a mapping, got a whole number; write 'memory: ...'"]
        ),
    ])
    func `mistakes are shown where they are`(fields: String, expected: [String]) {
        let (stage, diagnostics) = parse("  - {uses: ./a.wasm, \(fields)}")
        #expect(stage == nil)
        #expect(diagnostics == expected)
    }

    @Test func `grants at both places are an error`() {
        let (_, diagnostics) = parse(
            "  - {type: plugin, grants: clock, config: {plugin_path: ./a.wasm, grants: state}}")
        #expect(diagnostics == ["p:4:67: error: 'grants' is given twice"])
    }
}

import Glibc
import Patchbay
import Testing

/// What a configuration's paths are checked for before anything is read.
@Suite struct PathTests {
    private func check(input: String, output: String) throws -> PipelineCheck {
        let text = """
            sources:
              - uses: file
                with: '\(input)'
            processors:
              - lines
            sinks:
              - uses: file
                with: '\(output)'
            """
        return PipelineCheck(
            SourceText(file: "pipeline.yaml", text), registry: try PluginRegistry.withBuiltIns())
    }

    @Test func anOutputThatIsAnInputIsRefused() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path
        try temporary.write("precious\n", to: "a.log")
        unsafe symlink("\(folder)/a.log", "\(folder)/link.log")
        for (input, output) in [("a.log", "a.log"), ("*.log", "a.log"), ("a.log", "link.log"), ("link.log", "./a.log")]
        {
            let check = try check(input: "\(folder)/\(input)", output: "\(folder)/\(output)")
            #expect(check.failedPhase == .environment, "\(input) \(output)")
            #expect(check.plan == nil)
            #expect(check.diagnostics.contains { $0.message.contains("is an input too") })
        }
        #expect(try check(input: "\(folder)/a.log", output: "\(folder)/b.log").plan != nil)
    }

    @Test func missingPathsAreNamedWithTheirPlace() throws {
        let folder = try TemporaryFolder().path
        let check = try check(input: "\(folder)/none.log", output: "\(folder)/no/folder/out.log")
        #expect(check.failedPhase == .environment)
        #expect(check.diagnostics.map { $0.position?.line } == [3, 8])
    }

    @Test func mistakesAreFoundInTheirPhase() throws {
        func phase(_ text: String) throws -> CheckPhase? {
            PipelineCheck(SourceText(file: "p", text), registry: try PluginRegistry.withBuiltIns()).failedPhase
        }
        let start = "sources: [{uses: file, with: /dev/null}]\nprocessors: [lines"
        #expect(try phase("\(start)]\nsinks: [stdout]\n") == nil)
        #expect(try phase("\(start)]\nsinks: [{uze: stdout}]\n") == .fields)
        #expect(try phase("\(start), {uses: where, with: 'levle == 1'}]\nsinks: [stdout]\n") == .topology)
        #expect(try phase("\(start), {uses: stdout, inputs: [lines, nothing]}]\nsinks: [stdout]\n") == .topology)
        #expect(try phase("\(start), nosuch]\nsinks: [stdout]\n") == .plugins)
        #expect(try phase("\(start), ./filter.wasm]\nsinks: [stdout]\n") == .plugins)
        #expect(try phase("\(start), {uses: head, with: minus}]\nsinks: [stdout]\n") == .plugins)
    }
}

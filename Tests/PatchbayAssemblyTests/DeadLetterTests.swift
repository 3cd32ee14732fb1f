import Patchbay
import Testing

/// From a record that a stage fails on to the file, and back through the parser that reads such files.
@Suite struct DeadLetterFileTests {
    @Test(arguments: ["frames", "json"])
    func theWholeOriginalIsInTheFile(format: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("{\"n\":\"1\"}\n{\"n\":\"one\", \"x\":2}\n", to: "in.jsonl")
        let pipeline = """
            settings: {dead_letter: {path: \(folder.path)/bad, format: \(format)}}
            sources: [{uses: file, with: \(folder.path)/in.jsonl}]
            processors: [json, {uses: cast, with: {fields: {n: int64}}, on_error: dead_letter}]
            sinks: ['null']
            """
        #expect(try run(pipeline).isSuccess)
        let text = try folder.read("bad")
        if format == "json" {
            #expect(text.contains(#""stage":"cast""#) && text.contains(#"in.jsonl","offset":10"#))
            return
        }
        let back = """
            sources: [{uses: file, with: \(folder.path)/bad}]
            processors: [frames]
            sinks: [{uses: file, with: {path: \(folder.path)/original, format: raw}}]
            """
        #expect(try run(back).isSuccess)
        #expect(try folder.read("original") == #"{"n":"one", "x":2}"#)
    }

    private func run(_ text: String) throws -> RunReport {
        let check = PipelineCheck(SourceText(file: "p", text), registry: try PluginRegistry.withBuiltIns())
        let plan = try #require(check.plan, "\(check.diagnostics)")
        return PipelineRun(plan).run()
    }
}

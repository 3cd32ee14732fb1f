import Patchbay
import Testing

/// `index`, `offset` and `source` behind parsers that may have fields of these names.
@Suite struct ProvenanceTests {
    private func schema(parser: String, select: String) throws -> PipelineCheck {
        let text = """
            sources: [{uses: file, with: /dev/null}]
            processors: [\(parser), {uses: select, with: '\(select)'}]
            sinks: ['null']
            """
        return PipelineCheck(SourceText(file: "p", text), registry: try PluginRegistry.withBuiltIns())
    }

    @Test func closedSchemasHaveTheShortNames() throws {
        #expect(try schema(parser: "lines", select: "index, offset, source, value").plan != nil)
        #expect(try schema(parser: "dlt", select: "index, offset, source, payload").plan != nil)
        #expect(try schema(parser: "lines", select: "record.index").failedPhase == .topology)
    }

    /// A member of a JSON object called `source` was once hidden behind the name of the file.
    @Test func openSchemasKeepTheShortNamesForTheInput() throws {
        #expect(try schema(parser: "json", select: "record.index, record.offset, record.source, source").plan != nil)
    }
}

import PatchbayConfig
import PatchbayPlugin
import Testing

/// The examples of docs/configuration.md are what they say: good ones are accepted, bad ones give the text below them.
struct DocumentationTests {
    struct Example {
        var language: String
        var text: String
        var line: Int
    }

    /// The fenced blocks of the page.
    private func examples() throws -> [Example] {
        var found: [Example] = []
        var open: Example?
        let lines = try Fixtures.text("docs/configuration.md").split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                if let example = open {
                    found.append(example)
                    open = nil
                } else {
                    open = Example(language: String(line.dropFirst(3)), text: "", line: number + 2)
                }
            } else {
                open?.text += line + "\n"
            }
        }
        return found
    }

    private func diagnostics(_ source: SourceText) -> [Diagnostic] {
        let (parsed, problems) = PipelineConfiguration.parse(source)
        guard let parsed else { return problems }
        let (configuration, missing) = parsed.substituting(ConfigurationEnvironment(variables: [:]))
        return problems + configuration.topologyDiagnostics() + missing
    }

    @Test func examplesAreChecked() throws {
        let examples = try examples()
        var (good, bad) = (0, 0)
        for (index, example) in examples.enumerated() {
            let source = SourceText(file: "pipeline.yaml", example.text)
            let shown = DiagnosticRenderer([source]).render(diagnostics(source))
            switch example.language {
            case "yaml":
                #expect(shown == "", "line \(example.line)")
                good += 1
            case "yaml error":
                let expected = try #require(examples.indices.contains(index + 1) ? examples[index + 1] : nil)
                #expect(expected.language == "text")
                #expect(shown == expected.text, "line \(example.line)")
                bad += 1
            default: #expect(example.language == "text", "line \(example.line)")
            }
        }
        #expect(good >= 4)
        #expect(bad >= 2)
    }

    @Test func longFormMeansWhatShortFormMeans() throws {
        let long = try #require(examples().first { $0.text.contains("plugin_type") })
        let short = """
            sources: [{id: trace, uses: source/file, with: {path: trace.dlt}}]
            processors: [{id: parse, uses: parser/dlt}]
            sinks: [{id: out, uses: sink/stdout, with: {format: json}}]
            """
        let outlines = [long.text, short].map { text in
            PipelineConfiguration.parse(SourceText(file: "p.yaml", text)).configuration.map(Fixtures.outline)
        }
        #expect(outlines[0] != nil)
        #expect(outlines[0] == outlines[1])
    }

    /// Every key and every setting stands in the page.
    @Test func everyKeyIsDescribed() throws {
        let page = try Fixtures.text("docs/configuration.md")
        for option in SettingsConfiguration.schema.options { #expect(page.contains("| `\(option.name)` |")) }
        for policy in StageConfiguration.ErrorPolicy.allCases { #expect(page.contains("`\(policy.rawValue)`")) }
        for role in Role.allCases { #expect(page.contains("`\(role.rawValue)`")) }
    }
}

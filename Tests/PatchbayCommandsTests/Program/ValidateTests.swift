import Testing

/// `patchbay validate`: each kind of mistake has its phase, its place and its advice.
struct ValidateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let status: Int32
        let words: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "right", text: Pipelines.lines(), status: 0, words: []),
        Case(name: "empty", text: "", status: 3, words: ["p.yaml", "empty"]),
        Case(name: "no YAML", text: "a: [", status: 3, words: ["p.yaml:"]),
        Case(
            name: "unknown key", text: Pipelines.lines(rest: "setings: {}"), status: 3,
            words: ["p.yaml:8:1: error: ", "did you mean 'settings'?"]),
        Case(
            name: "wrong value", text: Pipelines.lines(rest: "settings: {threads: many}"), status: 3,
            words: ["p.yaml:8:", "threads"]),
        Case(
            name: "two mistakes", text: Pipelines.lines(rest: "setings: {}\nsink: []"), status: 3,
            words: ["did you mean 'settings'?", "p.yaml:9:1"]),
        Case(
            name: "circle", text: Pipelines.lines(filter: "{id: a, uses: where, with: \"true\", inputs: [a]}"),
            status: 4,
            words: ["p.yaml:5:", "circle"]),
        Case(
            name: "unknown input", text: Pipelines.lines(filter: "{uses: where, with: \"true\", inputs: [linse]}"),
            status: 4, words: ["p.yaml:5:", "there is no stage 'linse'", "did you mean 'lines'?"]),
        Case(name: "no sink", text: "sources: [{uses: file, with: x}]", status: 4, words: ["has no sink"]),
        Case(
            name: "no parser", text: Pipelines.lines(parser: "{uses: head}"), status: 4,
            words: ["p.yaml:4:", "put a parser between them"]),
        Case(
            name: "unknown field", text: Pipelines.lines(filter: "{uses: where, with: levle == 1}"), status: 4,
            words: ["p.yaml:5:", "unknown field 'levle'"]),
        Case(
            name: "unknown plugin", text: Pipelines.lines(parser: "{uses: linse}"), status: 5,
            words: ["p.yaml:4:12: error: ", "did you mean 'lines'?", "^~~~~"]),
        Case(
            name: "plugin of another role", text: Pipelines.lines(sink: "{uses: where}"), status: 5,
            words: ["p.yaml:7:12: error: ", "'where' is a filter, which belongs under 'processors'"]),
        Case(
            name: "two unknown plugins", text: Pipelines.lines(parser: "{uses: linse}", sink: "{uses: stdot}"),
            status: 5,
            words: ["did you mean 'lines'?", "did you mean 'stdout'?"]),
        Case(
            name: "version", text: Pipelines.lines(parser: "{uses: lines@9}"), status: 5,
            words: ["p.yaml:4:", "has version 1.0.0, not 9"]),
        Case(
            name: "module", text: Pipelines.lines(filter: "{uses: ./x.wasm}"), status: 5,
            words: ["p.yaml:5:", "x.wasm", "cannot be read"]),
        Case(
            name: "unknown option", text: Pipelines.lines(parser: "{uses: lines, with: {trim_rc: true}}"), status: 5,
            words: ["p.yaml:4:", "did you mean 'trim_cr'?"]),
        Case(
            name: "bad expression", text: Pipelines.lines(filter: "{uses: where, with: \"value ==\"}"), status: 5,
            words: ["p.yaml:5:", "value ==\n"]),
        Case(
            name: "missing input", text: Pipelines.lines(source: "{uses: file, with: missing.txt}"), status: 6,
            words: ["p.yaml:2:", "cannot open missing.txt: No such file or directory"]),
        Case(
            name: "no match", text: Pipelines.lines(source: "{uses: file, with: \"*.nothing\"}"), status: 6,
            words: ["no file matches *.nothing"]),
        Case(
            name: "two missing inputs", text: Pipelines.lines(source: "{uses: file, with: [one.txt, two.txt]}"),
            status: 6,
            words: ["one.txt", "two.txt"]),
        Case(
            name: "folder", text: Pipelines.lines(source: "{uses: file, with: .}"), status: 6, words: ["is a directory"]
        ),
        Case(
            name: "no folder for the output", text: Pipelines.lines(sink: "{uses: file, with: no/out.txt}"), status: 6,
            words: ["p.yaml:7:", "there is no folder no"]),
        Case(
            name: "no folder for dead letters",
            text: Pipelines.lines(rest: "settings: {dead_letter: {path: no/bad.txt}}"), status: 6,
            words: ["there is no folder no"]),
        Case(
            name: "missing variable", text: Pipelines.lines(source: "{uses: file, with: \"${env:NO_SUCH}\"}"),
            status: 6,
            words: ["p.yaml:2:", "the variable NO_SUCH is not set"]),
    ]

    @Test(arguments: cases)
    func findsMistakes(_ item: Case) throws {
        let program = try Program()
        try program.write("input.txt", "a\n")
        try program.write("p.yaml", item.text)
        let result = try program.run("validate", "p.yaml")
        #expect(result.status == item.status, "\(result.errors)")
        for words in item.words { #expect(result.errors.contains(words), "\(result.errors)") }
        #expect(result.output == (item.status == 0 ? "p.yaml: ok, 4 stages\n" : ""))
        // What is not valid does not run either, for the same reason.
        let run = try program.run("run", "p.yaml")
        #expect(run.status == item.status)
        if item.status != 0 { #expect(run.output == "") }
    }

    @Test func checksAllFiles() throws {
        let program = try Program()
        try program.write("input.txt", "a\n")
        try program.write("good.yaml", Pipelines.lines())
        try program.write("bad.yaml", Pipelines.lines(parser: "{uses: nothing}"))
        let result = try program.run("validate", "missing.yaml", "bad.yaml", "good.yaml")
        #expect(result.status == 6)
        #expect(result.output == "good.yaml: ok, 4 stages\n")
        #expect(result.errors.contains("missing.yaml"))
        #expect(result.errors.contains("bad.yaml:4:"))
    }

    @Test func readsNoData() throws {
        let program = try Program()
        try program.write(
            "p.yaml", Pipelines.lines(source: "{uses: file, with: pipe}", sink: "{uses: file, with: out.txt}"))
        let result = try program.shell("mkfifo pipe; patchbay validate p.yaml; ls out.txt")
        #expect(result.output == "p.yaml: ok, 4 stages\n")
        #expect(result.errors.contains("out.txt"))
    }
}

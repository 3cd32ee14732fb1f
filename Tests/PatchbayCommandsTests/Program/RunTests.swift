import Foundation
import Testing

/// `patchbay run`, as a user runs it.
struct RunTests {
    private static let demo = """
        00:12:13.290395  fatal  ECU1 DIFT TF01  fatal
        00:12:13.290411  error  ECU1 DIFT TF01  error
        00:12:13.290427  warn   ECU1 DIFT TF01  warn

        """

    @Test(arguments: ["errors", "errors-long"])
    func demo(_ name: String) throws {
        let file = Repository.root.appending(path: "Examples/demo/\(name).yaml").path
        let result = try Program().run("run", file)
        #expect(result.status == 0)
        #expect(result.output.hasPrefix(Self.demo))
        #expect(result.output.split(separator: "\n").count == 16)
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("ledger: balanced, "))
        #expect(lines.count == 5)
        #expect(lines[3].hasSuffix("208 records = 16 passed on + 192 filtered out"))
    }

    @Test func bothFormsOfTheDemoAreThePlainCommand() throws {
        let program = try Program()
        let short = try program.run("run", Repository.root.appending(path: "Examples/demo/errors.yaml").path)
        let long = try program.run("run", Repository.root.appending(path: "Examples/demo/errors-long.yaml").path)
        #expect(short.output == long.output)
    }

    @Test func pathsStartAtTheConfiguration() throws {
        let program = try Program()
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "inner"), withIntermediateDirectories: false)
        try program.write("inner/input.txt", "a\nb\n")
        try program.write("inner/p.yaml", Pipelines.lines(sink: "{uses: file, with: out.txt}"))
        let result = try program.run("run", "inner/p.yaml")
        #expect(result.status == 0)
        #expect(result.output == "")
        #expect(try program.read("inner/out.txt") == "a\n")
    }

    @Test func readsTheConfigurationFromStandardInput() throws {
        let program = try Program()
        try program.write("input.txt", "a\nb\n")
        let result = try program.run("run", "-", input: Pipelines.lines())
        #expect(result.output == "a\n")
        #expect(result.status == 0)
    }

    @Test func badRecordsGoToTheDeadLetterFile() throws {
        let program = try Program()
        try program.write("input.json", "{\"n\": 1}\n{\"n\": \"x\"}\n{\"n\": 3}\n")
        let text = Pipelines.lines(
            source: "{uses: file, with: input.json}",
            parser: "{uses: json}",
            filter: "{uses: cast, on_error: dead_letter, with: {fields: {n: int64}}}",
            sink: "{uses: stdout, with: json}",
            rest: "settings: {dead_letter: bad.frames}"
        )
        try program.write("p.yaml", text)
        let result = try program.run("run", "p.yaml", "--ledger", "json")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "{\"n\":1}\n{\"n\":3}\n")
        #expect(try result.ledger()["balanced"] as? Bool == true)
        let letters = try program.run("cat", "bad.frames")
        #expect(letters.output.contains("cannot become int64: {\"n\": \"x\"}"))
        #expect(letters.output.split(separator: "\n").count == 1)
        #expect(try program.run("cat", "bad.frames", "--to", "raw").output == "{\"n\": \"x\"}")
    }

    @Test func aFailureEndsTheRun() throws {
        let program = try Program()
        try program.write("input.json", "{\"n\": 1}\n{\"n\": \"x\"}\n")
        let text = Pipelines.lines(
            source: "{uses: file, with: input.json}",
            parser: "{uses: json}",
            filter: "{uses: cast, with: {fields: {n: int64}}}"
        )
        try program.write("p.yaml", text)
        let result = try program.run("run", "p.yaml")
        #expect(result.status == 1)
        #expect(result.errors.contains("patchbay: error: stage cast"))
    }

    @Test func theExampleScriptRuns() throws {
        let program = try Program()
        let script = Repository.root.appending(path: "Examples/demo/run").path
        let result = try program.shell("PATCHBAY='\(Program.path)' '\(script)'")
        #expect(result.status == 0)
        #expect(result.output.contains("ledger: balanced"))
    }
}

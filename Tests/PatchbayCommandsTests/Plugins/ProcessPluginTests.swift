import Foundation
import Testing

/// Plugins that are programs, as the command line finds and runs them.
struct ProcessPluginTests {
    /// A plugin of the example folder, with `jq` or without: whether it can run here.
    private static let example = Repository.root.appending(path: "Examples/shell-plugin/keep-errors").path
    private static let hasJQ = FileManager.default.isExecutableFile(atPath: "/usr/bin/jq")
    private static let lines = "{\"level\":\"info\"}\n{\"level\":\"error\"}\n"

    /// A program with a plugin folder `plugins` and a cache of its own.
    private func program() throws -> Program {
        let program = try Program()
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "plugins"), withIntermediateDirectories: true)
        program.variables["XDG_CACHE_HOME"] = program.path("cache")
        program.variables["XDG_CONFIG_HOME"] = program.path("config")
        return program
    }

    private func add(_ name: String, _ capability: String, to program: Program) throws {
        let manifest = """
            {"manifest": 1, "name": "\(name)", "version": "1.0.0", "summary": "",
             "capabilities": [{"type": "filter", "name": "\(capability)"}],
             "process": {"contract": 1, "transports": ["unix"], "encodings": ["json"]}}
            """
        let file = try program.write(
            "plugins/\(name)", "#!/bin/sh\necho run >> \(program.path("runs"))\necho '\(manifest)'\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }

    private func list(_ program: Program, _ more: String...) throws -> [[String: Any]] {
        let result = try program.run(["plugin", "list", "--json", "--plugin-dir", program.path("plugins")] + more)
        let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let plugins = try #require(page?["plugins"] as? [[String: Any]])
        return plugins.filter { ($0["origin"] as? String)?.hasPrefix(program.folder.path) == true }
    }

    @Test func aListRunsNothing() throws {
        let program = try program()
        for index in 0..<20 { try add("plugin-\(index)", "filter-\(index % 15)", to: program) }
        try add("where", "where", to: program)
        let bad = try program.write("plugins/bad", "#!/bin/sh\nexit 3\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bad)
        #expect(try list(program).allSatisfy { $0["state"] as? String == "not_examined" })
        #expect(!FileManager.default.fileExists(atPath: program.path("runs")))
        let examined = try list(program, "--examine", "--sandbox", "off")
        let states = Dictionary(grouping: examined, by: { $0["state"] as? String ?? "" }).mapValues(\.count)
        #expect(states == ["ready": 15, "shadowed": 6, "set_aside": 1])
        let runs = try program.read("runs")
        #expect(runs.split(separator: "\n").count == 21)
        #expect(try list(program).count == 22)
        #expect(try program.read("runs") == runs)
        let shadowed = examined.first { $0["name"] as? String == "where" }
        #expect(shadowed?["shadowed_by"] as? String == "built-in")
        let aside = examined.first { $0["state"] as? String == "set_aside" }
        #expect((aside?["reason"] as? String)?.contains("status 3") == true)
    }

    @Test(.enabled(if: hasJQ), arguments: ["off", "preferred"])
    func byPathAndByName(_ mode: String) throws {
        let program = try program()
        try FileManager.default.copyItem(atPath: Self.example, toPath: program.path("plugins/keep-errors"))
        try program.write("app.jsonl", Self.lines)
        for uses in ["./plugins/keep-errors", "keep-errors"] {
            let file = try program.write(
                "p.yaml",
                """
                sources: [{uses: file, with: app.jsonl}]
                processors: [json, {uses: \(uses), limits: {memory: 64MiB}}]
                sinks: [{uses: stdout, with: {format: json}}]
                """)
            let result = try program.run(
                "run", file, "--quiet", "--sandbox", mode, "--plugin-dir", program.path("plugins"))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output == "{\"level\":\"error\"}\n")
        }
    }

    @Test(.enabled(if: hasJQ)) func runInfoAndInspect() throws {
        let program = try program()
        let run = try program.run("plugin", "run", Self.example, "--from", "json", input: Self.lines)
        #expect(run.output == "{\"level\":\"error\"}\n", "\(run.errors)")
        let inspect = try program.run("plugin", "inspect", Self.example)
        #expect(inspect.output.contains("capabilities  filter/keep-errors"))
        #expect(try program.run("plugin", "info", Self.example).output.contains("\"name\": \"keep-errors\""))
    }

    @Test func aProgramThatIsNoPluginIsRefused() throws {
        let program = try program()
        let result = try program.run("plugin", "run", "/bin/false", input: "")
        #expect(result.status == 5)
        #expect(result.errors.contains("'capabilities' failed"))
    }

    @Test func whatIsMissingNamesTheUnexamined() throws {
        let program = try program()
        try add("one", "filter-one", to: program)
        let file = try program.write(
            "p.yaml", "sources: [{uses: file, with: p.yaml}]\nprocessors: [lines, filter-one]\nsinks: [stdout]\n")
        let result = try program.run("validate", file, "--plugin-dir", program.path("plugins"))
        #expect(result.status == 5)
        #expect(result.errors.contains("--examine"))
    }
}

import Foundation
import Testing

/// The commands beside `cat`, `run` and `validate`.
struct OtherCommandTests {
    @Test func version() throws {
        #expect(try Program().run("version").output == "patchbay 0.1.0\n")
        #expect(try Program().run("--version").output == "patchbay 0.1.0\n")
    }

    @Test func help() throws {
        let program = try Program()
        for arguments in [[], ["help"], ["--help"], ["-h"]] {
            let result = try program.run(arguments)
            #expect(result.status == 0)
            #expect(try result.output == Repository.text("Tests/Fixtures/snapshots/help.txt"))
        }
        let cat = try Repository.text("Tests/Fixtures/snapshots/help-cat.txt")
        #expect(try program.run("help", "cat").output == cat)
        #expect(try program.run("cat", "--help").output == cat)
        #expect(try program.run("cat", "-h").output == cat)
        #expect(try program.run("plugin", "list", "--help").status == 0)
    }

    @Test func unknownCommand() throws {
        let result = try Program().run("vlidate")
        #expect(result.status == 2)
        #expect(result.errors == "patchbay: error: there is no command 'vlidate'; did you mean 'validate'?\n")
    }

    @Test func graphs() throws {
        let program = try Program()
        let text = Pipelines.lines(
            filter: "{id: a-b, uses: where, on_error: dead_letter, with: \"true\"}",
            rest: "settings: {dead_letter: {path: bad.txt}}"
        )
        try program.write("p.yaml", text)
        let mermaid = try program.run("graph", "p.yaml")
        #expect(mermaid.status == 0, "\(mermaid.errors)")
        #expect(
            mermaid.output == """
                flowchart LR
                    s0(["file"])
                    s1["lines"]
                    s2{{"a-b<br/>where"}}
                    s3[("stdout")]
                    s4[("dead_letter<br/>file")]
                    s0 --> s1
                    s1 --> s2
                    s2 --> s3
                    s2 -.->|dead letters| s4

                """)
        let dot = try program.run("graph", "p.yaml", "--format", "dot")
        #expect(dot.output.hasPrefix("digraph \"pipeline\" {\n    rankdir=LR;\n"))
        #expect(dot.output.contains("s2 [label=\"a-b\\nwhere\", shape=hexagon];"))
        #expect(dot.output.contains("s2 -> s4 [style=dashed, label=\"dead letters\"];"))
        try program.write("bad.yaml", "sources: []")
        #expect(try program.run("graph", "bad.yaml").status == 4)
    }

    @Test func components() throws {
        let program = try Program()
        let all = try program.run("components").output
        let list = try program.run("plugin", "list").output
        for name in ["file", "dlt", "json", "lines", "where", "select", "aggregate", "stdout", "null"] {
            #expect(all.contains("\n  \(name) "))
            #expect(list.contains(" \(name) "))
            let one = try program.run("components", name)
            #expect(one.status == 0)
            let info = try program.run("plugin", "info", name)
            #expect(info.output.contains("\"name\": \"\(name)\""))
        }
        #expect(try program.run("components", "where").output.contains("  expression: text"))
        let file = try program.run("components", "file").output
        #expect(file.contains("byte_source file") && file.contains("sink file"))
        #expect(try !program.run("components", "sink/file").output.contains("byte_source"))
        let wrong = try program.run("components", "wehre")
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("did you mean 'where'?"))
    }

    @Test func schema() throws {
        let result = try Program().run("schema")
        let schema = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(schema?["title"] as? String == "Patchbay pipeline")
        #expect(result.output.contains("trim_cr"))
    }

    @Test func completionsOfBashWork() throws {
        let program = try Program()
        func complete(_ line: String) throws -> [String] {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
            let script = """
                source <(patchbay completion bash)
                COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
                _patchbay
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            return try program.shell(script).output.split(separator: "\n").map(String.init)
        }
        #expect(try complete("patchbay val") == ["validate"])
        #expect(try complete("patchbay plugin i") == ["info", "inspect"])
        #expect(try complete("patchbay cat --to j") == ["json"])
        #expect(try complete("patchbay cat -p l") == ["lines"])
        #expect(try complete("patchbay cat x --wh") == ["--where"])
        #expect(try complete("patchbay components agg") == ["aggregate"])
        try program.write("trace.dlt", "")
        #expect(try complete("patchbay cat tra") == ["trace.dlt"])
        #expect(try program.run("completion", "tcsh").status == 2)
    }

    @Test func inspect() throws {
        let program = try Program()
        let trace = "\(Repository.dlt)/recorded/test_user.dlt"
        let page = try program.run("inspect", trace)
        #expect(page.status == 0)
        for line in ["  records   208\n", "  damage    none\n", "    error     1   0.5 %\n", "  parser    dlt\n"] {
            #expect(page.output.contains(line), "\(line)")
        }
        #expect(
            page.output.contains("  time      2026-11-21T00:12:09.687947Z to 2026-11-21T00:12:46.224939Z, 36.5 s\n"))
        let json = try program.run("inspect", trace, "\(Repository.dlt)/variants/garbage_between.dlt", "--json")
        let lines = try json.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.map { $0["records"] as? Int } == [208, 4])
        let fields = try #require(lines[0]["fields"] as? [String: [String: Any]])
        #expect(fields["level"]?["words"] as? [String: Int] == ["fatal": 1, "error": 1, "warn": 14, "info": 89])
        #expect((lines[1]["skipped"] as? [String: Any])?["bytes"] as? Int == 23)
        let objects = try program.run("inspect", "-", input: "{\"a\": 1}\n{\"a\": null, \"b\": []}\nx\n")
        #expect(objects.output.contains("  a             2  100.0 %  number 1, null 1\n"))
        let missing = try program.run("inspect", "missing", trace)
        #expect(missing.status == 6)
        #expect(missing.output.contains("  records   208\n"))
    }

    /// A word of the input must not steer the terminal.
    @Test func inspectShowsNoControlCharacters() throws {
        let program = try Program()
        let result = try program.run("inspect", "-", input: "{\"\\u001b[31m\": 1, \"\u{1}\": 2}\n")
        #expect(!result.output.contains("\u{1B}"))
    }
}

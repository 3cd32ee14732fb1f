import Foundation
import Testing

@testable import PatchbayCommands

/// `patchbay plugin test`: what passes, what fails, and how it says so.
struct TestPluginTests {
    /// A program with one test, whose files are given by name.
    private func program(_ files: [String: String], test: String = "one") throws -> Program {
        let program = try Program()
        try FileManager.default.createDirectory(
            atPath: program.path("tests/\(test)"), withIntermediateDirectories: true)
        for (name, text) in files { try program.write("tests/\(test)/\(name)", text) }
        return program
    }

    private func run(_ plugin: String, _ files: [String: String], _ options: [String] = []) throws -> Program.Result {
        try program(files).run(["plugin", "test", plugin, "--tests", "tests"] + options)
    }

    @Test func expectationsAreComparedByteForByte() throws {
        var files = ["input.txt": "a\nb\n", "options.yaml": "count: 1", "expected.jsonl": "{\"value\":\"a\"}\n"]
        let good = try run("head", files)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output == "ok       one (native)\n1 test, native: passed\n")
        files["expected.jsonl"] = "{\"value\":\"a\"}"
        let end = try run("head", files)
        #expect(end.status == 1)
        #expect(end.output.contains("they differ in the end of the last line"))
        files["expected.jsonl"] = "{\"value\":\"b\"}\n"
        let bad = try run("head", files)
        #expect(bad.status == 1)
        #expect(
            bad.output.contains(
                "FAILED   one (native)\n    expected.jsonl:\n      - {\"value\":\"b\"}\n      + {\"value\":\"a\"}\n"))
        #expect(bad.output.hasSuffix("1 test, native: 1 FAILED\n"))
    }

    @Test func missingExpectationsFail() throws {
        let result = try run("head", ["input.txt": "a\n", "options.yaml": "count: 1"])
        #expect(result.status == 1)
        #expect(result.output.contains("there is no expected.jsonl to compare with; --update writes it"))
    }

    @Test func endingsNameParserAndFormat() throws {
        let files = ["input.jsonl": "{\"a\":1}\n{\"a\":2}\n", "case.yaml": "options: {expression: a > 1}"]
        for (name, text) in [
            ("expected.csv", "a,rest\n2,{}\n"), ("expected.raw", "{\"a\":2}\n"), ("expected.jsonl", "{\"a\":2}\n"),
        ] {
            let result = try run("where", files.merging([name: text]) { $1 })
            #expect(result.status == 0, "\(name): \(result.output)\(result.errors)")
        }
        let forced = try run(
            "where",
            [
                "input.x": "{\"a\":2}\n", "case.yaml": "{options: {expression: a > 1}, from: json, to: raw}",
                "expected.y": "{\"a\":2}\n",
            ])
        #expect(forced.status == 0, "\(forced.output)\(forced.errors)")
    }

    @Test func updateWritesAndRemoves() throws {
        let program = try program([
            "input.txt": "a\nb\n", "options.yaml": "count: 1", "expected.jsonl": "x\n", "skipped.jsonl": "x\n",
            "error.txt": "x\n", "rejected.jsonl": "x\n",
        ])
        let arguments = ["plugin", "test", "head", "--tests", "tests"]
        let updated = try program.run(arguments + ["--update"])
        #expect(updated.status == 0, "\(updated.output)")
        #expect(updated.output.contains("updated  one: expected.jsonl, error.txt, rejected.jsonl, skipped.jsonl\n"))
        #expect(try program.read("tests/one/expected.jsonl") == "{\"value\":\"a\"}\n")
        #expect(try program.shell("ls tests/one").output == "expected.jsonl\ninput.txt\noptions.yaml\n")
        #expect(try program.run(arguments).status == 0)
    }

    @Test func skippedRegionsAreExpected() throws {
        var files = ["input.json": "{\"a\":1}\nnot json\n{\"a\":2}\n", "expected.jsonl": "{\"a\":1}\n{\"a\":2}\n"]
        let surprise = try run("parser/json", files)
        #expect(surprise.status == 1)
        #expect(surprise.output.contains("skipped.jsonl: nothing of the kind is expected"))
        files["skipped.jsonl"] = "{\"position\":8,\"length\":9,\"reason\":\"invalid\"}\n"
        let expected = try run("parser/json", files)
        #expect(expected.status == 0, "\(expected.output)")
        files["input.json"] = "{\"a\":1}\n{\"a\":2}\n"
        #expect(try run("parser/json", files).status == 1)
    }

    @Test func rejectedRecordsAreExpectedWithRowAndMessage() throws {
        var files = [
            "input.jsonl": "{\"a\":\"1\"}\n{\"a\":\"x\"}\n{\"a\":\"3\"}\n", "options.yaml": "fields: {a: int64}",
            "expected.jsonl": "{\"a\":1}\n{\"a\":3}\n",
        ]
        let surprise = try run("cast", files)
        #expect(surprise.status == 1, "\(surprise.output)")
        #expect(surprise.output.contains("{\"row\":1,\"value\":\"{\\\"a\\\":\\\"x\\\"}\",\"message\":"))
        files["rejected.jsonl"] = "{\"row\":1}\n"
        #expect(try run("cast", files).status == 0)
        files["rejected.jsonl"] = "{\"row\":2}\n"
        #expect(try run("cast", files).status == 1)
        files["rejected.jsonl"] = "{\"row\":1,\"message\":\"other\"}\n"
        #expect(try run("cast", files).status == 1)
        files["rejected.jsonl"] = "{\"row\":1}\n{\"row\":2}\n"
        #expect(try run("cast", files).status == 1)
    }

    @Test func errorsAreExpected() throws {
        var files = ["input.txt": "a\n", "options.yaml": "expression: nope == 1", "error.txt": "nope\n"]
        #expect(try run("where", files).status == 0)
        files["error.txt"] = "something else"
        #expect(try run("where", files).output.contains("expected: something else"))
        files["options.yaml"] = "expression: value == \"a\""
        #expect(try run("where", files).output.contains("error: none, and expected was 'something else'"))
    }

    @Test func sinksAndSourcesWorkInACopy() throws {
        let sink = try program([
            "input.txt": "a\n", "options.yaml": "{path: out.txt, format: raw}", "expected.out.txt": "a\n",
        ])
        let written = try sink.run("plugin", "test", "sink/file", "--tests", "tests")
        #expect(written.status == 0, "\(written.output)")
        #expect(try sink.shell("ls tests/one").output == "expected.out.txt\ninput.txt\noptions.yaml\n")
        let source = try program(["data.bin": "x\r\ny", "options.yaml": "path: data.bin", "expected.txt": "x\r\ny"])
        let read = try source.run("plugin", "test", "byte_source/file", "--tests", "tests")
        #expect(read.status == 0, "\(read.output)\(read.errors)")
    }

    @Test(arguments: [
        (["head"], 2, "where are the tests of 'head'?"),
        (["head", "--tests", "none"], 6, "there are no cases in 'none'"),
        (["head", "--tests", "tests", "--case", "tow"], 2, "there is no test 'tow'"),
        (["head", "--tests", "tests", "--form", "wasm"], 5, "has no form 'wasm'; it has native"),
        (["."], 6, "has neither plugin.yaml nor one plugin"),
        (["none.wasm"], 6, "there is no plugin 'none.wasm'"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ status: Int32, _ words: String) throws {
        let program = try program(["input.txt": "a\n", "expected.jsonl": ""], test: "two")
        let result = try program.run(["plugin", "test"] + arguments)
        #expect(result.status == status, "\(result.output)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func caseFilesAreChecked() throws {
        let unknown = try run("head", ["input.txt": "a\n", "case.yaml": "optoins: {count: 1}"])
        #expect(unknown.status == 3)
        #expect(unknown.errors.contains("case.yaml:1:1: a case has no key 'optoins'; did you mean 'options'?"))
        #expect(try run("head", ["input.txt": "a\n", "grants.yaml": "- fly"]).errors.contains("fly"))
        #expect(try run("head", ["expected.jsonl": ""]).errors.contains("the case 'one' has no input"))
    }

    /// A module is held against the plugin of the same role and name in the program.
    @Test func bothFormsAreTested() throws {
        guard let program = try PluginFolder.built("filter", .c, name: "head") else { return }
        _ = try program.shell("rm -r head/tests && mkdir -p head/tests/one")
        try program.write("head/tests/one/input.jsonl", "{\"level\":\"error\"}\n")
        try program.write("head/tests/one/expected.jsonl", "{\"level\":\"error\"}\n")
        let both = try program.run("plugin", "test", "head/head.wasm")
        #expect(both.status == 0, "\(both.output)\(both.errors)")
        #expect(both.output == "ok       one (wasm)\nok       one (native)\n1 test, wasm, native: passed\n")
        let one = try program.run("plugin", "test", "head", "--form", "wasm", "--conformance")
        #expect(one.output == "ok       one (wasm)\nok       contract (wasm)\n1 test, wasm: passed\n", "\(one.output)")
        // What only one form does is found.
        try program.write("head/tests/one/input.jsonl", "{\"level\":\"info\"}\n{\"level\":\"error\"}\n")
        let apart = try program.run("plugin", "test", "head")
        #expect(apart.status == 1)
        #expect(apart.output.contains("ok       one (wasm)\nFAILED   one (native)\n"), "\(apart.output)")
    }
}

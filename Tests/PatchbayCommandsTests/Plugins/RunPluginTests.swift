import Foundation
import Testing

@testable import PatchbayCommands

/// `patchbay plugin run`: one plugin of each role between standard input and output.
struct RunPluginTests {
    @Test func filtersGetGuessedRecords() throws {
        let program = try Program()
        let json = "{\"level\":\"error\",\"a\":1}\n{\"level\":\"info\",\"a\":2}\n"
        let kept = try program.run("plugin", "run", "where", "--with", "expression=a == 2", input: json)
        #expect(kept.status == 0, "\(kept.errors)")
        #expect(kept.output == "{\"a\":2,\"level\":\"info\"}\n")
        let lines = try program.run("plugin", "run", "head", "--with", "count=1", "-t", "raw", input: "a\nb\n")
        #expect(lines.output == "a\n")
        let named = try program.run(
            "plugin", "run", "head", "--with", "count=1", "--from", "lines", "--to", "raw", input: json)
        #expect(named.output == "{\"level\":\"error\",\"a\":1}\n")
    }

    @Test func parsersGetBytes() throws {
        let program = try Program()
        try program.write("a.dlt", try Data(contentsOf: URL(filePath: "\(Repository.dlt)/recorded/test_user.dlt")))
        let run = try program.shell("patchbay plugin run dlt --to csv < a.dlt")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == (try program.run("cat", "a.dlt", "--to", "csv").output))
    }

    @Test func sourcesReadNoInput() throws {
        let program = try Program()
        try program.write("in.txt", "x\r\ny")
        let run = try program.run("plugin", "run", "byte_source/file", "--with", "path=in.txt", input: "not read")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "x\r\ny\n")
    }

    @Test func sinksWriteThemselves() throws {
        let program = try Program()
        let run = try program.run(
            "plugin", "run", "sink/file", "--with", "path=out.txt", "--with", "format=raw", input: "a\nb\n")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(try program.read("out.txt") == "a\nb\n")
    }

    @Test func ledgerIsThatOfRun() throws {
        let program = try Program()
        let run = try program.run("plugin", "run", "head", "--with", "count=1", "--ledger", "json", input: "a\nb\n")
        let stages = try #require(try run.ledger()["stages"] as? [[String: Any]])
        #expect(stages.compactMap { $0["stage"] as? String } == ["file", "lines", "head", "stdout"])
    }

    @Test(arguments: [
        (["file"], 2, "several plugins are called 'file'; write 'byte_source/file' or 'sink/file'"),
        (["nothing"], 5, "there is no plugin called 'nothing'"),
        (["nothing.wasm"], 6, "there is no plugin 'nothing.wasm'"),
        (["head", "--with", "count"], 2, "--with 'count' has no value; write '--with NAME=VALUE'"),
        (["head", "--with", "cuont=1"], 5, "'cuont'"),
        (["head", "--with", "count=1", "--limit", "memory=1"], 2, "the value must be from 64KiB to 4GiB"),
        (["head", "--with", "count=1", "--grant", "fly"], 2, "fly"),
        (["lines", "--from", "json"], 2, "--from is for plugins that get records, and this is a parser"),
        (["null", "--to", "json"], 2, "a sink writes itself"),
        (["lines", "--operation", "x"], 2, "--operation is for capabilities"),
        (["where", "--with", "expression=a ==", "--from", "json"], 5, "expression"),
        (["where", "--with", "expression=nope == 1", "--from", "lines"], 4, "nope"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ status: Int32, _ words: String) throws {
        let result = try Program().run(["plugin", "run"] + arguments, input: "a\n")
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func modulesRunAsBuilt() throws {
        guard let program = try PluginFolder.built("filter", .c) else { return }
        let text = "{\"level\":\"info\"}\n{\"level\":\"error\",\"a\":1}\n"
        let run = try program.run("plugin", "run", "my-plugin/my-plugin.wasm", "--limit", "time=1s", input: text)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "{\"level\":\"error\",\"a\":1}\n")
        let unknown = try program.run("plugin", "run", "my-plugin/my-plugin.wasm", "--with", "colour=red", input: text)
        #expect(unknown.status == 5)
        #expect(unknown.errors.contains("colour"))
        let foreign = try program.run("plugin", "run", "my-plugin/my-plugin.wasm", "--capability", "sink/x", input: "")
        #expect(foreign.status == 2)
        #expect(foreign.errors.contains("does not offer 'sink/x'; write '--capability filter/my-plugin'"))
    }

    @Test func limitsReachTheModule() throws {
        guard let program = try PluginFolder.built("filter", .c) else { return }
        let small = try program.run(
            "plugin", "run", "my-plugin/my-plugin.wasm", "--limit", "memory=64KiB", input: "error\n")
        #expect(small.status != 0)
        #expect(small.errors.contains("memory"), "\(small.errors)")
    }
}

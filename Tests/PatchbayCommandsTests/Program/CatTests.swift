import Foundation
import Testing

/// `patchbay cat`, as a user runs it.
struct CatTests {
    static let equalTraces = [
        "example_user", "multi_process", "multi_process_long", "nonverbose", "stress_ctx", "test_user",
    ]

    @Test(arguments: equalTraces)
    func showsTraces(_ name: String) throws {
        let result = try Program().run("cat", "\(Repository.dlt)/recorded/\(name).dlt")
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(try result.output == Repository.text("Tests/Fixtures/dlt/expected/\(name).txt"))
    }

    @Test func choosesSelectsAndFormats() throws {
        let trace = "\(Repository.dlt)/recorded/test_user.dlt"
        let program = try Program()
        let table = try program.run("cat", trace, "-w", "level <= \"error\"", "--select", "apid,payload", "--to", "csv")
        #expect(table.output == "apid,payload\nDIFT,fatal\nDIFT,error\n")
        let lines = try program.run(
            "cat", trace, "--template", "{level}: {payload}", "-w", "level <= \"warn\"", "-n", "1")
        #expect(lines.output == "fatal: fatal\n")
        let both = try program.run(
            "cat", trace, "-w", "level <= \"warn\"", "-w", "payload == \"1\"", "-t", "json", "-s", "payload")
        #expect(both.output == "{\"payload\":\"1\"}\n")
        let colored = try program.run("cat", trace, "--color", "always", "-w", "level == \"fatal\"")
        #expect(colored.output.contains("\u{1B}["))
    }

    @Test func originalBytesComeOutAgain() throws {
        let program = try Program()
        for name in Self.equalTraces {
            let trace = "\(Repository.dlt)/recorded/\(name).dlt"
            #expect(try program.run("cat", trace, "--to", "raw", "-o", "copy.dlt").status == 0)
            #expect(
                try Data(contentsOf: URL(filePath: trace))
                    == Data(contentsOf: program.folder.appending(path: "copy.dlt")))
        }
    }

    @Test func guessesTheParser() throws {
        let program = try Program()
        let json = try program.run(
            "cat", "-", "--select", "b", "--to", "csv", input: "{\"a\": 1, \"b\": 2}\n{\"b\": 3}\n")
        #expect(json.output == "b\n2\n3\n")
        #expect(try program.run("cat", "-", input: "plain\ntext").output == "plain\ntext\n")
        #expect(try program.run("cat", "-", input: "").output == "")
        // A long beginning, and parts behind the first: what was looked at comes out once.
        let long = (0..<40_000).map { "line \($0)" }.joined(separator: "\n")
        try program.write("long.txt", long)
        try program.write("short.txt", "short\n")
        #expect(try program.run("cat", "long.txt", "short.txt", "long.txt").output == "\(long)\nshort\n\(long)\n")
        #expect(try program.run("cat", "short.txt", "long.txt").output == "short\n\(long)\n")
        #expect(try program.shell("patchbay cat <(cat long.txt) | cmp - <(cat long.txt; echo)").status == 0)
    }

    /// The memory of a part that has ended is not filled with the next part while its records are on their way.
    @Test func manySmallPartsComeOutWhole() throws {
        let program = try Program()
        let names = (0..<200).map { "part-\($0).txt" }
        for name in names { try program.write(name, "this is \(name)\n") }
        for threads in ["1", "2", "4"] {
            let result = try program.run(["cat", "-p", "lines", "--threads", threads] + names)
            #expect(result.output == names.map { "this is \($0)\n" }.joined())
        }
    }

    @Test func readsCompressedInput() throws {
        let program = try Program()
        let trace = "\(Repository.dlt)/recorded/test_user.dlt"
        let expected = try Repository.text("Tests/Fixtures/dlt/expected/test_user.txt")
        #expect(try program.shell("gzip -c '\(trace)' > t.gz; patchbay cat t.gz").output == expected)
        #expect(try program.shell("gzip -c '\(trace)' | patchbay cat -").output == expected)
        let written = try program.shell("patchbay cat '\(trace)' -o t.txt.gz && gzip -dc t.txt.gz")
        #expect(written.output == expected)
    }

    @Test func optionsOfTheParserHaveTheirTypes() throws {
        let program = try Program()
        let typed = try program.run(
            "cat", "-", "--parser", "json", "--with", "fields={n: int64}", "-w", "n > 9", "--select", "n", "-t", "csv",
            input: "{\"n\": 10}\n{\"n\": 9}\n"
        )
        #expect(typed.output == "n\n10\n")
        let flag = try program.run("cat", "-", "-p", "lines", "--with", "trim_cr=true", input: "a\r\nb\r\n")
        #expect(flag.output == "a\nb\n")
        let wrong = try program.run("cat", "-", "-p", "lines", "--with", "trim_cr=7", input: "a")
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("expected true or false, got a whole number 7"))
        let none = try program.run("cat", "-", "--with", "trim_cr", input: "a")
        #expect(none.status == 2)
    }

    @Test func mistakesHaveTheirCodes() throws {
        let program = try Program()
        let trace = "\(Repository.dlt)/recorded/test_user.dlt"
        func check(_ status: Int32, _ words: String, _ arguments: String...) throws {
            let result = try program.run(["cat"] + arguments)
            #expect(result.status == status, "\(arguments)")
            #expect(result.errors.contains(words), "\(result.errors)")
            #expect(result.errors.hasPrefix("patchbay: error: "))
            #expect(result.output == "")
        }
        try check(2, "INPUT is missing")
        try check(2, "--template is for text", trace, "--template", "{x}", "--to", "json")
        try check(4, "did you mean 'level'?", trace, "-w", "levl == 1")
        try check(4, "did you mean 'apid'?", trace, "-s", "apiid")
        try check(5, "did you mean 'dlt'?", trace, "-p", "dtl")
        try check(5, "    level ==\n", trace, "-w", "level ==")
        try check(6, "cannot open missing: No such file", "missing")
        try check(6, "cannot open missing: No such file", "missing", "-p", "lines")
        try check(6, "is a directory", ".")
        try check(6, "no file matches *.nothing", "*.nothing")
        try check(6, "there is no folder no/such", trace, "-o", "no/such/file")
    }

    @Test func damageIsReported() throws {
        let result = try Program().run("cat", "\(Repository.dlt)/variants/garbage_between.dlt")
        #expect(result.status == 0)
        #expect(
            result.errors.hasPrefix("patchbay: warning: skipped 23 bytes in 3 regions (damage), the first at 48 of "))
        let quiet = try Program().run("cat", "-q", "\(Repository.dlt)/variants/garbage_between.dlt")
        #expect(quiet.errors == "")
    }

    @Test func aFullDeviceIsAnError() throws {
        let result = try Program().shell("patchbay cat '\(Repository.dlt)/recorded/test_user.dlt' > /dev/full")
        #expect(result.status == 1)
        #expect(result.errors.contains("No space left on device"))
    }

    @Test func aClosedPipeIsNone() throws {
        let program = try Program()
        let result = try program.shell("seq 1000000 | patchbay cat - --ledger | head -1; echo \"${PIPESTATUS[@]}\"")
        #expect(result.output == "1\n141 0 0\n" || result.output == "1\n0 0 0\n")
        #expect(result.errors == "")
    }

    @Test func statistics() throws {
        let program = try Program()
        let json = try program.run("cat", "-", "--stats", "json", "-w", "value == \"a\"", input: "a\nb\n")
        let stages = try #require(try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [[String: Any]])
        #expect(stages.map { $0["stage"] as? String } == ["file", "lines", "where", "stdout"])
        #expect(stages[2]["ok"] as? Int == 1)
        #expect(stages[2]["filtered"] as? Int == 1)
        let table = try program.run("cat", "-", "--stats", input: "a\nb\n")
        #expect(table.errors.hasPrefix("stage   plugin  calls  reloads  ok  filtered  incomplete  end  errors"))
    }
}

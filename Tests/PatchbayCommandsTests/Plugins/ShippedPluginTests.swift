import Foundation
import Testing

/// The other plugins of `Plugins/`.
@Suite("shipped modules")
struct ShippedPluginTests {
    /// What a parser, native or a module, makes of a file that is read in chunks of a size.
    private func records(_ program: Program, _ parser: String, _ file: String, chunk: String) throws -> String {
        try program.write(
            "pipeline.yaml",
            """
            settings: {chunk_size: \(chunk), max_record_size: \(chunk), threads: 1}
            sources: [{uses: file, with: '\(file)'}]
            processors: [{id: records, on_error: skip, uses: \(parser)}]
            sinks: [{uses: stdout, with: {format: json}}]
            """)
        let result = try program.run("run", "pipeline.yaml", "--ledger", "json")
        #expect(result.status <= 2, "\(result.errors)")
        return result.output + result.errors.replacing(/"seconds":[0-9.e-]+/, with: "")
    }

    @Test func csvReadsTablesAsTheNativeParserDoes() throws {
        let program = try Program()
        let table = "a,b\n1,\"x \"\"q\"\", y\"\n2,\n3\n4,\"multi\nline\"\n5,\"open"
        try program.write("table.csv", table)
        func output(_ parser: String, _ options: String...) throws -> String {
            let result = try program.run(["cat", "table.csv", "--to", "json", "--parser", parser] + options)
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        let module = ShippedPlugins.path("csv")
        #expect(try output(module).hasPrefix("{\"a\":1,\"b\":\"x \\\"q\\\", y\"}\n{\"a\":2,\"b\":null}\n"))
        #expect(try output(module) == output("csv"))
        for option in ["delimiter=tab", "delimiter=;", "quote='", "columns=x,y"] {
            #expect(try output(module, "--with", option) == output("csv", "--with", option), "\(option)")
        }
        let options = ["--with", "header=false", "--with", "columns=x,y"]
        #expect(
            try program.run(["cat", "table.csv", "--to", "json", "--parser", module] + options).output
                == program.run(["cat", "table.csv", "--to", "json", "--parser", "csv"] + options).output)
    }

    @Test(arguments: ["1KiB", "3KiB", "64KiB"])
    func csvCutsTheSameRowsOfAnyChunks(chunk: String) throws {
        let program = try Program()
        var table = "id,text,\"a \"\"name\"\"\"\r\n"
        for row in 0..<2000 {
            table += "\(row),\"\(String(repeating: "x\n\"\"", count: row % 40))\",\(row % 7 == 0 ? "" : "ü \(row)")\r\n"
        }
        let file = try program.write("table.csv", table)
        let native = try records(program, "csv", file, chunk: chunk)
        #expect(native.utf8.count > 100_000)
        #expect(try records(program, "'\(ShippedPlugins.path("csv"))'", file, chunk: chunk) == native)
    }

    /// Lines that end in every way, and one that no chunk of a kilobyte holds.
    private static let lines: String = {
        var text = ""
        for row in 0..<2000 {
            text += "\(row) \(String(repeating: "é\0\r", count: row % 23))" + ["\n", "\r\n", "\n\n", "\r\r\n"][row % 4]
        }
        return text + String(repeating: "long", count: 5000) + "\r\nlast\r"
    }()

    @Test(arguments: ["1KiB", "3KiB", "64KiB"], ["", ", with: {trim_cr: true}"])
    func textCutsTheSameLinesOfAnyChunks(chunk: String, options: String) throws {
        let program = try Program()
        let file = try program.write("lines.txt", Self.lines)
        let native = try records(program, "lines\(options)", file, chunk: chunk)
        #expect(native.utf8.count > 50_000)
        #expect(native.contains("too_large") == (chunk != "64KiB"))
        #expect(try records(program, "'\(ShippedPlugins.path("text"))'\(options)", file, chunk: chunk) == native)
    }

    @Test(arguments: ["text", "raw", "csv"], ["1", "2"])
    func textIsWrittenAsOfTheNativeParser(format: String, threads: String) throws {
        let program = try Program()
        try program.write("lines.txt", String(repeating: Self.lines, count: 20))
        func output(_ parser: String) throws -> String {
            let result = try program.run(
                "cat", "lines.txt", "--to", format, "--threads", threads, "--parser", parser)
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        #expect(try output(ShippedPlugins.path("text")) == output("lines"))
    }

    @Test(arguments: ["json-filter", "json-transform"])
    func passesItsTests(name: String) throws {
        let tests = Repository.root.appending(path: "Plugins/\(name)/tests").path
        let module = ShippedPlugins.path(name)
        let result = try Program().run(["plugin", "test", module, "--tests", tests, "--conformance"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test(arguments: ["", ", copy: true"], ["1", "7", "4096"])
    func fileSourceReadsFilesInItsOwnChunks(copy: String, size: String) throws {
        let program = try Program()
        try program.write("one.txt", "first\nsecond\n")
        try program.write("empty.txt", "")
        try program.write("two \"2\".txt", "third")
        func run(grants: String, _ paths: String = "one.txt, empty.txt, 'two \"2\".txt'") throws -> Program.Result {
            try program.write(
                "pipeline.yaml",
                """
                sources:
                  - uses: '\(ShippedPlugins.path("file-source"))'
                    with: {paths: [\(paths)], chunk_size: \(size)\(copy)}
                    grants: [\(grants)]
                processors: [{uses: lines}, {uses: select, with: {fields: [source, offset, value]}}]
                sinks: [{uses: stdout, with: {format: csv}}]
                """)
            // Paths are relative to the configuration, wherever the program runs.
            return try program.shell("file=\"$PWD/pipeline.yaml\"; cd / && patchbay run \"$file\"")
        }
        let good = try run(grants: "'read:.'")
        let rows = good.output.replacing(program.folder.path + "/", with: "")
        #expect(
            rows == "source,offset,value\none.txt,0,first\none.txt,6,second\n\"two \"\"2\"\".txt\",0,third\n",
            "\(good.errors)")
        #expect(good.status == 0 && !good.errors.contains("warning"), "\(good.errors)")
        let denied = try run(grants: "")
        #expect(denied.status != 0 && denied.output == "source,offset,value\n")
        #expect(denied.errors.contains("needs the grant 'read:\(program.path("one.txt"))'"), "\(denied.errors)")
        let half = try run(grants: "'read:one.txt', 'read:empty.txt'")
        #expect(half.status != 0 && half.errors.contains("two \"2\".txt"), "\(half.errors)")
        let missing = try run(grants: "'read:.'", "one.txt, none.txt")
        #expect(missing.status == 6 && missing.errors.contains("none.txt: No such file"), "\(missing.errors)")
        // A pattern gets past the check of the configuration; the plugin takes it for a name.
        let pattern = try run(grants: "'read:.'", "'*.txt'")
        #expect(pattern.status != 0 && pattern.errors.contains("*.txt: there is no such file"), "\(pattern.errors)")
    }

    @Test(arguments: ["dlt", "module"], ["", ", copy: true"])
    func fileSourceBringsTheBytesOfTheNativeSource(parser: String, copy: String) throws {
        let folder = "\(Repository.dlt)/recorded"
        let files = Repository.files(in: "Tests/Fixtures/dlt/recorded").sorted().map { "'\(folder)/\($0)'" }
        let paths = "[\(files.joined(separator: ", "))]"
        let program = try Program()
        func output(_ source: String) throws -> String {
            try program.write(
                "pipeline.yaml",
                """
                sources: [{\(source)}]
                processors: [{uses: '\(parser == "dlt" ? "dlt" : ShippedPlugins.path("dlt"))'}]
                sinks: [{uses: stdout, with: {format: json}}]
                """)
            let result = try program.run("run", "pipeline.yaml")
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        let native = try output("uses: file, with: {path: \(paths), compression: none}")
        #expect(native.utf8.count > 500_000)
        let module = try output(
            """
            uses: '\(ShippedPlugins.path("file-source"))', with: {paths: \(paths), chunk_size: 5000\(copy)}, \
            grants: ['read:\(folder)']
            """)
        #expect(module == native)
    }
}

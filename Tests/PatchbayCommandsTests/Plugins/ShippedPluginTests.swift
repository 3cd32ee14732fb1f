import Foundation
import Testing

/// The other plugins of `Plugins/`.
@Suite("shipped modules")
struct ShippedPluginTests {
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
        #expect(try output(module, "--with", "delimiter=tab") == output("csv", "--with", "delimiter=tab"))
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
        try program.write("two \"2\".txt", "third")
        let paths = "['\(program.path("one.txt"))', '\(program.path("two \"2\".txt"))']"
        func run(grants: String) throws -> Program.Result {
            try program.write(
                "pipeline.yaml",
                """
                sources:
                  - uses: '\(ShippedPlugins.path("file-source"))'
                    with: {paths: \(paths), chunk_size: \(size)\(copy)}
                    grants: [\(grants)]
                processors: [{uses: lines}]
                sinks: [{uses: stdout, with: {format: raw}}]
                """)
            return try program.run("run", "pipeline.yaml")
        }
        #expect(try run(grants: "'read:\(program.folder.path)'").output == "first\nsecond\nthird\n")
        #expect(try run(grants: "").status != 0)
    }
}

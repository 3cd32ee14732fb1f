import Foundation
import Testing

@testable import PatchbayCommands

/// `patchbay plugin bench`: every role is measured, and the figures are those of real work.
struct BenchPluginTests {
    private static let quick = ["--records", "300", "--rounds", "1"]

    /// The cells of the line that begins with `name`, without it.
    private func cells(_ result: Program.Result, _ name: String, table: Int = 0) throws -> [String] {
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("\(name)  ") }
        try #require(lines.count > table, "\(result.output)\(result.errors)")
        return lines[table].dropFirst(name.count).split(separator: " ").map(String.init)
    }

    @Test(arguments: [
        ["where", "--with", "expression=n > 5"], ["select", "--with", "fields=n"],
        ["aggregate", "--with", "compute=count"], ["parser/json"], ["lines"], ["null"],
    ])
    func rolesAreMeasured(_ arguments: [String]) throws {
        let program = try Program()
        let result = try program.run(["plugin", "bench"] + arguments + Self.quick)
        #expect(result.status == 0, "\(result.errors)")
        let time = try #require(Double(try cells(result, "native")[0]))
        #expect(time > 0)
    }

    @Test func parsersOfOtherInputsNeedAFile() throws {
        let result = try Program().run(["plugin", "bench", "dlt"] + Self.quick)
        #expect(result.status != 0)
        #expect(result.errors.contains("'--input'"), "\(result.errors)")
        #expect(result.output.split(separator: "\n").allSatisfy { !$0.hasPrefix("native ") })
    }

    @Test func sourcesAreMeasured() throws {
        let program = try Program()
        try program.write("in.txt", String(repeating: "x", count: 300_000))
        let result = try program.run("plugin", "bench", "byte_source/file", "--with", "path=in.txt", "--rounds", "1")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasPrefix("byte_source/file, medians of 1 round\n"))
        _ = try cells(result, "native")
    }

    @Test func modulesAreHeldAgainstTheNativeForm() throws {
        guard let program = try PluginFolder.built("filter", .c, name: "head") else { return }
        let result = try program.run(["plugin", "bench", "head/head.wasm"] + Self.quick)
        #expect(result.status == 0, "\(result.errors)")
        for part in [
            "batches of 1,000", "batches of 1 ", "wasm, no deadlines", "\nwasm / native: ", "deadlines / native: ",
        ] {
            #expect(result.output.contains(part), "\(part) in \(result.output)")
        }
        // The bitmap of 300 rows and the call frame: no record is copied out.
        let many = try cells(result, "wasm")
        let one = try cells(result, "wasm", table: 1)
        let frame = Int(one[5]).map { $0 - 1 }
        #expect(many[5] == frame.map { "\($0 + 38)" }, "\(result.output)")
        // What is written in grows with the records, and no memory is asked for.
        let written = try #require(Int(many[4].filter { $0 != "," }))
        #expect(written > 300 * 8)
        #expect(many[6] == "0.00")
        let other = try program.run(["plugin", "bench", "head", "--against", "head/head.wasm"] + Self.quick)
        #expect(other.output.contains("\nnative / head/head.wasm: "), "\(other.output)\(other.errors)")
    }

    @Test(arguments: [
        (["nothing"], 5, "there is no plugin called 'nothing'"),
        (["head", "--operation", "x"], 2, "--operation is for capabilities that are no role"),
        (["where", "--with", "expression=nope ="], 5, "write '==' to compare"),
        (["where", "--with", "expression=n > 1", "--from", "none"], 5, "there is no parser 'none'"),
        (["where", "--with", "expression=n > 1", "--input", "none.txt"], 6, "none.txt"),
        (["where", "--with", "expression=nope > 1", "--from", "lines"], 4, "nope"),
    ])
    func mistakesAreNamed(_ arguments: [String], _ status: Int32, _ words: String) throws {
        let result = try Program().run(["plugin", "bench"] + arguments + Self.quick)
        #expect(result.status == status, "\(result.output)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }
}

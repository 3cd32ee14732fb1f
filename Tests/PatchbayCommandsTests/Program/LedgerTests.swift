import Foundation
import Testing

/// The ledger of every sample and of every damaged variant balances, and adds up to the file's size.
struct LedgerTests {
    static let files =
        ["recorded", "variants"].flatMap { folder in
            Repository.files(in: "Tests/Fixtures/dlt/\(folder)").map { "\(folder)/\($0)" }
        }

    @Test func thereAreFiles() { #expect(Self.files.count > 30) }

    @Test(arguments: files, ["dlt", "lines", "json"])
    func balances(_ name: String, _ parser: String) throws {
        let file = "\(Repository.dlt)/\(name)"
        let result = try Program().run(
            "cat", file, "-p", parser, "--ledger", "json", "-o", "/dev/null", "--threads", "2")
        #expect(result.status == 0)
        let ledger = try result.ledger()
        #expect(ledger["balanced"] as? Bool == true)
        let stages = try #require(ledger["stages"] as? [[String: Any]])
        func count(_ stage: Int, _ key: String) -> Int { stages[stage][key] as? Int ?? -1 }
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(count(0, "bytes_out") == size)
        #expect(count(1, "bytes_parsed") + count(1, "bytes_skipped") == size)
        let regions = try #require(ledger["regions"] as? [[String: Any]])
        let skipped = regions.reduce(0) { $0 + ($1["length"] as? Int ?? 0) }
        if regions.count < 1000 { #expect(skipped == count(1, "bytes_skipped")) }
        #expect(count(1, "records_created") == count(2, "records_out"))
    }

    @Test func tellsWhatASelectionLeftOut() throws {
        let program = try Program()
        let result = try program.run("cat", "-", "-w", "value contains \"a\"", "--ledger", input: "a\nb\nab\n")
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("ledger: balanced, "))
        #expect(
            lines[1...] == [
                "  file    7 bytes read",
                "  lines   7 bytes = 7 in 3 records",
                "  where   3 records = 2 passed on + 1 filtered out",
                "  stdout  2 records = 2 written",
            ])
    }
}

import Testing

@testable import PatchbayCommands

struct ArgumentsTests {
    private func parse(_ words: String...) throws(CommandError) -> ParsedArguments {
        try ParsedArguments(words[...], for: .cat)
    }

    private func failure(_ words: String...) -> String? {
        do throws(CommandError) {
            _ = try ParsedArguments(words[...], for: .cat)
            return nil
        } catch {
            #expect(error.status == .usage)
            return "\(error.message); \(error.advice ?? "")"
        }
    }

    @Test func optionsAndOperandsMix() throws {
        let parsed = try parse("a", "-ojoined", "b", "-n", "5", "--where", "x == 1", "-qw", "y", "-")
        #expect(parsed.operands == ["a", "b", "-"])
        #expect(parsed.value("output") == "joined")
        #expect(parsed.number("limit") == 5)
        #expect(parsed.all("where") == ["x == 1", "y"])
        #expect(parsed.has("quiet"))
    }

    @Test func dashesEndOptions() throws {
        #expect(try parse("--", "--where", "-x").operands == ["--where", "-x"])
        #expect(try parse("--output=-", "a").value("output") == "-")
        #expect(try parse("-w", "-5 < x", "a").value("where") == "-5 < x")
    }

    @Test func optionalValuesTakeOnlyTheirWords() throws {
        #expect(try parse("--ledger", "json", "a").value("ledger") == "json")
        let plain = try parse("--ledger", "a")
        #expect(plain.value("ledger") == "")
        #expect(plain.operands == ["a"])
    }

    @Test func mistakesAreExplained() {
        #expect(failure("--wher", "x", "a")?.contains("did you mean '--where'?") == true)
        #expect(failure("-z", "a")?.contains("'cat' has no option '-z'") == true)
        #expect(failure()?.contains("INPUT is missing") == true)
        #expect(failure("a", "--output")?.contains("--output needs a value") == true)
        #expect(failure("a", "--quiet=1")?.contains("takes no value") == true)
        #expect(failure("a", "--limit", "x")?.contains("a whole number from 0, not 'x'") == true)
        #expect(failure("a", "--limit", "-1")?.contains("not '-1'") == true)
        #expect(failure("a", "--limit", "99999999999999999999")?.contains("--limit needs") == true)
        #expect(failure("a", "--threads", "0")?.contains("from 1 to 1024") == true)
        #expect(failure("a", "--to", "jsn")?.contains("did you mean 'json'?") == true)
        #expect(failure("a", "-q", "-q")?.contains("given twice") == true)
        #expect(failure("a", "--ledger=xml")?.contains("can be json") == true)
    }

    @Test func unknownCommandsAreExplained() {
        func advice(_ words: String...) -> String? {
            do throws(CommandError) {
                _ = try CommandTable.find(words[...])
                return nil
            } catch { return error.advice }
        }
        #expect(advice("vaildate") == "did you mean 'validate'?")
        #expect(advice("plugin")?.contains("patchbay plugin list") == true)
        #expect(advice("plugin", "lst")?.contains("patchbay plugin info") == true)
        #expect(advice()?.contains("--help") == true)
    }
}

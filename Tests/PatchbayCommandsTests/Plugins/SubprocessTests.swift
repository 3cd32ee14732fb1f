import Foundation
import PatchbayCore
import Testing

@testable import PatchbayCommands

struct SubprocessTests {
    private func run(
        _ script: String, limit: Int = 1 << 20, variables: [String: String] = [:]
    ) throws -> Subprocess.Result {
        var process = Subprocess("/bin/sh", ["-c", script], output: .captured(limit: limit))
        process.variables = variables
        return try process.run()
    }

    @Test func outputOfBothStreamsIsKeptInOrder() throws {
        let result = try run("echo one; echo two >&2; echo three")
        #expect(result.output.text == "one\ntwo\nthree\n")
        #expect(result.isSuccess)
    }

    @Test func endsAreTold() throws {
        #expect(try run("exit 7").status == 7)
        #expect(try run("kill -9 $$").status == 137)
        #expect(throws: CommandError.self) { try Subprocess("/nowhere/at-all", []).run() }
    }

    /// More than a pipe holds, and more than is kept: the program is not left hanging.
    @Test func floodsAreCutOff() throws {
        let result = try run("yes | head -c 3000000; echo end", limit: 1000)
        #expect(result.output.count == 1000)
        #expect(result.isSuccess)
    }

    @Test func argumentsAndVariablesArriveAsTheyAre() throws {
        #expect(try run("printf %s \"$WORD\"", variables: ["WORD": "a 'b' $c"]).output.text == "a 'b' $c")
        let echo = Subprocess("/bin/echo", ["-n", "", "two words", "*"], output: .captured(limit: 100))
        #expect(try echo.run().output.text == " two words *")
        #expect(try run("cat; printf %s \"${HOME+there}\"").output.text == "there")
    }

    @Test func programsAreFoundOnThePath() {
        #expect(Subprocess.find("sh")?.hasSuffix("/sh") == true)
        #expect(Subprocess.find("no-such-program") == nil)
        #expect(Subprocess.find("/bin") == nil)
    }
}

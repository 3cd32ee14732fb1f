import Foundation
import Testing

@testable import PatchbayCommands

/// Help and completions against Tests/Fixtures/snapshots. `PATCHBAY_UPDATE_SNAPSHOTS=1` writes them anew.
struct SnapshotTests {
    @Test func overview() throws { try Repository.expect(HelpText.overview, isSnapshot: "help.txt") }

    @Test(arguments: CommandTable.commands.map(\.name))
    func help(_ name: String) throws {
        let command = try #require(CommandTable.commands.first { $0.name == name })
        let file = name.split(separator: " ").joined(separator: "-")
        try Repository.expect(HelpText.text(for: command), isSnapshot: "help-\(file).txt")
    }

    @Test(arguments: Shell.allCases)
    func completions(_ shell: Shell) throws {
        try Repository.expect(shell.completions, isSnapshot: "completion.\(shell.rawValue)")
    }

    @Test(arguments: Shell.allCases)
    func completionsKnowEverything(_ shell: Shell) {
        let text = shell.completions
        for command in CommandTable.commands {
            for word in command.name.split(separator: " ") { #expect(text.contains(word)) }
            for option in command.options { #expect(text.contains(option.name)) }
        }
    }

    /// docs/commands.md holds the help of every command between marks; `PATCHBAY_UPDATE_SNAPSHOTS=1` puts it there.
    @Test func pageOfCommands() throws {
        let file = Repository.root.appending(path: "docs/commands.md")
        var page = try String(contentsOf: file, encoding: .utf8)
        let updates = ProcessInfo.processInfo.environment["PATCHBAY_UPDATE_SNAPSHOTS"] != nil
        for command in CommandTable.commands {
            let mark = "<!-- help: \(command.name) -->\n```text\n"
            let start = try #require(page.range(of: mark)?.upperBound, "\(command.name)")
            let end = try #require(page.range(of: "\n```\n", range: start..<page.endIndex)?.lowerBound)
            let help = String(HelpText.text(for: command).dropLast())
            if updates { page.replaceSubrange(start..<end, with: help) } else { #expect(page[start..<end] == help) }
        }
        for status in ExitStatus.allCases {
            #expect(page.contains("| \(status.rawValue) | \(status.summary) |"), "\(status)")
        }
        if updates { try Data(page.utf8).write(to: file) }
    }
}

import Testing

@testable import PatchbayCommands

/// The table of commands, as a whole.
struct TableTests {
    static let commands = CommandTable.commands

    @Test func namesAreUnique() {
        #expect(Set(Self.commands.map(\.name)).count == Self.commands.count)
        let groups = Self.commands.filter { $0.name.contains(" ") }.map { $0.name.prefix { $0 != " " } }
        for group in groups { #expect(!Self.commands.contains { $0.name == group }) }
    }

    @Test(arguments: commands.map(\.name))
    func optionsAreUniqueAndExplained(_ name: String) throws {
        let command = try #require(Self.commands.first { $0.name == name })
        #expect(Set(command.options.map(\.name)).count == command.options.count)
        let letters = command.options.compactMap(\.letter)
        #expect(Set(letters).count == letters.count)
        for option in command.options {
            #expect(option.summary.hasSuffix("."), "--\(option.name)")
            #expect(option.name.allSatisfy { $0.isLowercase || $0 == "-" })
        }
        for operand in command.operands { #expect(operand.summary.hasSuffix(".")) }
        #expect(command.summary.hasSuffix("."))
        for operand in command.operands.dropLast() { #expect(operand.count == .one) }
    }

    /// The same letter or name means the same wherever it is used.
    @Test func optionsMeanTheSameEverywhere() {
        var letters: [Character: String] = [:]
        for option in Self.commands.flatMap(\.options) {
            guard let letter = option.letter else { continue }
            #expect(letters[letter] ?? option.name == option.name, "-\(letter)")
            letters[letter] = option.name
        }
    }

    @Test(arguments: commands.map(\.name))
    func everyOptionIsRead(_ name: String) throws {
        let command = try #require(Self.commands.first { $0.name == name })
        let operands = command.operands.filter { $0.count != .optional }.map { _ in "operand" }
        for option in command.options where option.name != "help" {
            let forms: [[String]]
            var value = ""
            switch option.value {
            case .none: forms = [["--\(option.name)"]]
            case .optionalChoice(let words):
                value = words[0]
                forms = [["--\(option.name)", value], ["--\(option.name)=\(value)"]]
            case .choice(let words):
                value = words[words.count - 1]
                forms = [["--\(option.name)", value], ["--\(option.name)=\(value)"]]
            case .number(_, let range):
                value = "\(range.lowerBound)"
                forms = [["--\(option.name)", value], ["--\(option.name)=\(value)"]]
            case .text:
                value = "a=b c"
                forms = [["--\(option.name)", value], ["--\(option.name)=\(value)"]]
            }
            for form in forms {
                let parsed = try ParsedArguments((operands + form)[...], for: command)
                #expect(parsed.value(option.name) == value)
                #expect(parsed.operands == operands)
            }
            if !option.repeats {
                #expect(throws: CommandError.self) {
                    try ParsedArguments((operands + forms[0] + forms[0])[...], for: command)
                }
            }
        }
    }

    @Test(arguments: commands.map(\.name))
    func examplesAreValid(_ name: String) throws {
        let command = try #require(Self.commands.first { $0.name == name })
        for example in command.examples {
            // The part of a pipe that is ours, split as a shell would as far as the examples need it.
            let words = Self.words(example.line)
            let start = try #require(words.firstIndex(of: "patchbay"))
            let ours = words[(start + 1)...].prefix { !["|", ">", "<"].contains($0) }
            let (found, rest) = try CommandTable.find(ours)
            #expect(found.name == name)
            _ = try ParsedArguments(rest, for: found)
        }
    }

    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            if character == "'" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        return words + [word]
    }

    @Test func helpFitsATerminal() {
        for command in Self.commands {
            for line in HelpText.text(for: command).split(separator: "\n") where !line.hasPrefix("  patchbay") {
                #expect(line.count <= 100, "\(line)")
            }
        }
    }

    @Test func exitCodesAreExplained() {
        for status in ExitStatus.allCases { #expect(!status.summary.isEmpty) }
        #expect(Set(ExitStatus.allCases.map(\.rawValue)).count == ExitStatus.allCases.count)
    }
}

/// Completions for fish: one `complete` line per thing.
enum FishCompletion {
    static var text: String {
        var text = "# Completions of patchbay for fish.\ncomplete -c patchbay -f\n"
        for word in CompletionWords.firstWords {
            let summary = CommandTable.commands.first { $0.name == word }?.summary
            let description = summary.map { " -d \($0.fishQuoted)" } ?? ""
            text += "complete -c patchbay -n __fish_use_subcommand -a \(word)\(description)\n"
            let members = CompletionWords.members(of: word)
            guard !members.isEmpty else { continue }
            let condition =
                "__fish_seen_subcommand_from \(word); and not __fish_seen_subcommand_from \(members.joined(separator: " "))"
            text += "complete -c patchbay -n \(condition.fishQuoted) -a \(members.joined(separator: " ").fishQuoted)\n"
        }
        for command in CommandTable.commands { text += lines(command) }
        return text
    }

    private static func lines(_ command: CommandSpec) -> String {
        let condition = command.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }
            .joined(separator: "; and ").fishQuoted
        var text = ""
        for option in command.options {
            text += "complete -c patchbay -n \(condition) -l \(option.name)"
            if let letter = option.letter { text += " -s \(letter)" }
            if let words = CompletionWords.values(of: option) {
                if case .choice = option.value { text += " -x" }
                if option.completion == .parsers { text += " -x" }
                text += " -a \(words.joined(separator: " ").fishQuoted)"
            } else if case .none = option.value {
            } else {
                text += option.completion == .files ? " -r -F" : " -x"
            }
            text += " -d \(option.summary.fishQuoted)\n"
        }
        for operand in command.operands {
            let words = CompletionWords.values(of: operand)
            text += "complete -c patchbay -n \(condition) "
            text += words.map { "-a \($0.joined(separator: " ").fishQuoted)\n" } ?? "-F\n"
        }
        return text
    }
}

extension String {
    /// In single quotes for fish.
    fileprivate var fishQuoted: String {
        "'" + map { $0 == "'" ? "\\'" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "'"
    }
}

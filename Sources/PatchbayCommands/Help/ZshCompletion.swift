/// Completions for zsh: `_arguments` specifications.
enum ZshCompletion {
    static var text: String {
        var text = """
            #compdef patchbay
            # Completions of patchbay for zsh.
            _patchbay() {
                local -a commands
                commands=(

            """
        for word in CompletionWords.firstWords {
            text += "        \("\(word):\(summary(of: word))".shellQuoted)\n"
        }
        text += "    )\n    if ((CURRENT == 2)); then\n        _describe command commands\n        return\n    fi\n"
        text += "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n"
        for word in CompletionWords.firstWords {
            let members = CompletionWords.members(of: word)
            guard !members.isEmpty else { continue }
            text += """
                    if [[ $command == \(word) ]]; then
                        if ((CURRENT == 2)); then
                            compadd \(members.joined(separator: " "))
                            return
                        fi
                        command="\(word) $words[2]"
                        shift words
                        ((CURRENT--))
                    fi

                """
        }
        text += "    case $command in\n"
        for command in CommandTable.commands { text += branch(command) }
        return text + "    esac\n}\ncompdef _patchbay patchbay\n"
    }

    private static func summary(of word: String) -> String {
        if let command = CommandTable.commands.first(where: { $0.name == word }) { return command.summary }
        return word == "help" ? "Show the help of a command." : "List and explain plugins."
    }

    private static func branch(_ command: CommandSpec) -> String {
        var specs = command.options.flatMap { option -> [String] in
            let names = ["--\(option.name)"] + (option.letter.map { ["-\($0)"] } ?? [])
            return names.map { name in
                let repeats = option.repeats ? "*" : ""
                return "\(repeats)\(name)[\(escaped(option.summary))]\(value(option))".shellQuoted
            }
        }
        for operand in command.operands {
            let values = CompletionWords.values(of: operand).map { "(\($0.joined(separator: " ")))" } ?? "_files"
            specs.append("*:\(operand.name):\(values)".shellQuoted)
        }
        return "        \(command.name.shellQuoted)) _arguments \(specs.joined(separator: " ")) ;;\n"
    }

    private static func value(_ option: OptionSpec) -> String {
        if let words = CompletionWords.values(of: option) {
            var isOptional = false
            if case .optionalChoice = option.value { isOptional = true }
            return "\(isOptional ? "::" : ":")\(option.name):(\(words.joined(separator: " ")))"
        }
        return switch option.value {
        case .none: ""
        default: ":\(option.name):\(option.completion == .files ? "_files" : "")"
        }
    }

    /// Brackets and colons end parts of a specification.
    private static func escaped(_ text: String) -> String {
        text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

/// Completions for bash: a function that looks at the words before the cursor.
enum BashCompletion {
    static var text: String {
        var text = """
            # Completions of patchbay for bash.
            _patchbay() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    COMPREPLY=($(compgen -W "\(CompletionWords.firstWords.joined(separator: " "))" -- "$current"))
                    return
                fi

            """
        for word in CompletionWords.firstWords {
            let members = CompletionWords.members(of: word)
            guard !members.isEmpty else { continue }
            text += """
                    if [[ $command == \(word) ]]; then
                        if ((COMP_CWORD == 2)); then
                            COMPREPLY=($(compgen -W "\(members.joined(separator: " "))" -- "$current"))
                            return
                        fi
                        command="\(word) ${COMP_WORDS[2]}"
                    fi

                """
        }
        text += "    case \"$command\" in\n"
        for command in CommandTable.commands { text += branch(command) }
        return text + "    esac\n}\ncomplete -o filenames -F _patchbay patchbay\n"
    }

    private static func branch(_ command: CommandSpec) -> String {
        var text = "        \(command.name.shellQuoted))\n            case \"$previous\" in\n"
        for option in command.options {
            if case .none = option.value { continue }
            let names = ["--\(option.name)"] + (option.letter.map { ["-\($0)"] } ?? [])
            text += "                \(names.joined(separator: "|"))) "
            if let words = CompletionWords.values(of: option) {
                text += reply("compgen -W \"\(words.joined(separator: " "))\"")
            } else {
                text += option.completion == .files ? reply("compgen -f") : "return ;;\n"
            }
        }
        text += "            esac\n            if [[ $current == -* ]]; then\n                "
        let flags = command.options.map { "--\($0.name)" }.joined(separator: " ")
        text += "COMPREPLY=($(compgen -W \"\(flags)\" -- \"$current\"))\n            else\n                "
        if let operand = command.operands.last {
            let words = CompletionWords.values(of: operand)
            let source = words.map { "compgen -W \"\($0.joined(separator: " "))\"" } ?? "compgen -f"
            text += "COMPREPLY=($(\(source) -- \"$current\"))\n"
        } else {
            text += ":\n"
        }
        return text + "            fi ;;\n"
    }

    private static func reply(_ source: String) -> String {
        "COMPREPLY=($(\(source) -- \"$current\")); return ;;\n"
    }
}

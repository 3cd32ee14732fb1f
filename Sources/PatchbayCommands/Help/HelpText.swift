/// The help, made from the table of commands.
enum HelpText {
    private static let width = 100

    /// `patchbay --help`.
    static var overview: String {
        var text = """
            Patchbay runs data pipelines made of plugins, and accounts for every byte.

            USAGE
              patchbay COMMAND [OPTIONS] ...

            COMMANDS

            """
        let commands = CommandTable.commands.map { ($0.name, $0.summary) }
        text += columns(commands, indent: 2)
        text += "\nEXIT CODES\n"
        text += columns(ExitStatus.allCases.map { ("\($0.rawValue)", $0.summary) }, indent: 2)
        text += "\n'patchbay COMMAND --help' explains a command.\n"
        return text
    }

    /// `patchbay COMMAND --help`.
    static func text(for command: CommandSpec) -> String {
        var text = "\(command.summary)\n\nUSAGE\n  \(command.usage)\n"
        for paragraph in command.details { text += "\n" + wrap(paragraph, indent: 0) }
        if !command.operands.isEmpty {
            text += "\nARGUMENTS\n" + columns(command.operands.map { ($0.name, $0.summary) }, indent: 2)
        }
        text += "\nOPTIONS\n" + columns(command.options.map { ($0.usage, $0.summary) }, indent: 2)
        if !command.examples.isEmpty {
            text += "\nEXAMPLES\n"
            text += command.examples.map { "  # \($0.comment)\n  \($0.line)\n" }.joined(separator: "\n")
        }
        return text
    }

    /// Two columns; a left cell that is too wide gets a line of its own.
    static func columns(_ rows: [(String, String)], indent: Int) -> String {
        let limit = 28
        let left = min(limit, rows.map(\.0.count).max() ?? 0)
        let margin = indent + left + 2
        var text = ""
        for (name, summary) in rows {
            let pad = String(repeating: " ", count: indent)
            let lines = wrap(summary, indent: margin)
            if name.count > left {
                text += "\(pad)\(name)\n\(lines)"
            } else {
                let gap = String(repeating: " ", count: left - name.count + 2)
                text += "\(pad)\(name)\(gap)\(lines.drop { $0 == " " })"
            }
        }
        return text
    }

    /// Words in lines of at most ``width`` columns, each with `indent` spaces in front and a newline behind.
    static func wrap(_ words: String, indent: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in words.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.map { "\(pad)\($0)\n" }.joined()
    }
}

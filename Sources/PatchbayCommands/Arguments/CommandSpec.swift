/// One command: what help, parser and completions know of it, and what it does.
struct CommandSpec: Sendable {
    /// One use with a comment.
    struct Example: Sendable {
        let line: String
        let comment: String
    }

    /// One word, or two for a command of a group: `plugin list`.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// Paragraphs for the command's own help.
    let details: [String]
    let operands: [OperandSpec]
    let options: [OptionSpec]
    let examples: [Example]
    /// Does the work.
    let run: @Sendable (ParsedArguments, Console) throws(CommandError) -> ExitStatus

    init(
        _ name: String,
        _ summary: String,
        details: [String] = [],
        operands: [OperandSpec] = [],
        options: [OptionSpec] = [],
        examples: [Example] = [],
        run: @escaping @Sendable (ParsedArguments, Console) throws(CommandError) -> ExitStatus
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.operands = operands
        self.options = options + [CommandTable.help]
        self.examples = examples
        self.run = run
    }

    /// `patchbay cat [OPTIONS] INPUT...`
    var usage: String {
        (["patchbay", name, "[OPTIONS]"] + operands.map(\.usage)).joined(separator: " ")
    }
}

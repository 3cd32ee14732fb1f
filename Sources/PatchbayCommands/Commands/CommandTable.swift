import Patchbay

/// All commands. Parser, help, completions and their tests read this table.
enum CommandTable {
    /// The option that every command has.
    static let help = OptionSpec("help", letter: "h", summary: "Show this help.")

    /// The commands, in the order of the help.
    static let commands: [CommandSpec] = [
        .cat, .inspect, .run, .validate, .worker, .graph, .components, .pluginList, .pluginInfo, .pluginNew,
        .pluginBuild,
        .pluginInspect, .pluginRun, .pluginTest, .pluginBench,
        .schema, .completion, .version,
    ]

    /// The command at the start of `arguments`, and what follows it.
    static func find(_ arguments: ArraySlice<String>) throws(CommandError) -> (CommandSpec, ArraySlice<String>) {
        guard let first = arguments.first else {
            throw .usage("no command is given", advice: "see 'patchbay --help'")
        }
        if let second = arguments.dropFirst().first,
            let command = commands.first(where: { $0.name == "\(first) \(second)" })
        {
            return (command, arguments.dropFirst(2))
        }
        if let command = commands.first(where: { $0.name == first }) { return (command, arguments.dropFirst()) }
        let members = commands.filter { $0.name.hasPrefix("\(first) ") }.map(\.name)
        if !members.isEmpty {
            throw .usage(
                "'\(first)' needs to know what to do",
                advice: "write 'patchbay \(members.joined(separator: "' or 'patchbay "))'")
        }
        throw .usage(
            "there is no command \(first.quotedForMessage)",
            advice: NameSuggestion.advice(for: first, in: commands.map(\.name)) ?? "see 'patchbay --help'"
        )
    }
}

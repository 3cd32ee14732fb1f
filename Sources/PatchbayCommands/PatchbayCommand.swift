/// The command line of Patchbay.
public enum PatchbayCommand {
    /// Runs the command that `arguments` (with the program's name in front) ask for, and returns the exit code.
    public static func run(_ arguments: [String]) -> Int32 {
        let console = Console()
        Signals.install()
        defer { Builtins.stop() }
        do throws(CommandError) {
            return try execute(arguments.dropFirst(), console).rawValue
        } catch {
            console.report(error)
            return error.status.rawValue
        }
    }

    private static func execute(_ arguments: ArraySlice<String>, _ console: Console) throws(CommandError) -> ExitStatus
    {
        switch arguments.first {
        case nil, "--help", "-h", "help":
            return try showHelp(arguments.dropFirst(), console)
        case "--version":
            console.write(VersionText.line)
            return .success
        default: break
        }
        let (command, rest) = try CommandTable.find(arguments)
        let parsed = try ParsedArguments(rest, for: command)
        if parsed.has(CommandTable.help.name) {
            console.write(HelpText.text(for: command))
            return .success
        }
        return try command.run(parsed, console)
    }

    private static func showHelp(_ topic: ArraySlice<String>, _ console: Console) throws(CommandError) -> ExitStatus {
        if topic.isEmpty {
            console.write(HelpText.overview)
        } else {
            console.write(HelpText.text(for: try CommandTable.find(topic).0))
        }
        return .success
    }
}

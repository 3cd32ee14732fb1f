import Patchbay

extension CommandSpec {
    static let validate = CommandSpec(
        "validate",
        "Check configurations without reading any data.",
        details: [
            "Checks the fields (exit code 3), how the stages and their fields fit together (4), the plugins and their "
                + "options (5), then files, folders and variables (6). A phase with errors ends the check of that file."
        ],
        operands: [OperandSpec("FILE", .oneOrMore, summary: "A configuration (YAML), or '-' for standard input.")],
        options: [
            Builtins.directory, Builtins.sandbox,
            OptionSpec("quiet", letter: "q", summary: "Say nothing but errors."),
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        var worst = ExitStatus.success
        for path in arguments.operands {
            let status: ExitStatus
            do throws(CommandError) {
                let source = try ConfigurationFile.read(path)
                let check = PipelineCheck(source, registry: registry) { $0.sandbox(arguments) }
                status = ConfigurationFile.report(check, source, console) ?? .success
                if status == .success, !arguments.has("quiet") {
                    console.write(
                        "\(source.file): ok, \(Amount.counted(UInt64(check.definition?.stages.count ?? 0), "stage"))\n")
                }
            } catch {
                console.report(error)
                status = error.status
            }
            if worst == .success { worst = status }
        }
        return worst
    }
}

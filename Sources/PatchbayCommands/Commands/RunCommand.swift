import Patchbay

extension CommandSpec {
    static let run = CommandSpec(
        "run",
        "Run the pipeline of a configuration.",
        details: [
            "Prints the account of every byte and record at the end (on standard error), and ends with an exit code "
                + "other than 0 when a stage failed or the account does not balance.",
            "Ctrl-C ends the run in order: what was read is parsed and written, then the account is printed. "
                + "A second Ctrl-C ends it at once.",
        ],
        operands: [OperandSpec("FILE", summary: "The configuration (YAML), or '-' for standard input.")],
        options: [Builtins.directory, Builtins.sandbox] + ReportOptions.specs
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let source = try ConfigurationFile.read(arguments.operands[0])
        let check = PipelineCheck(source, registry: registry) { pipeline in
            pipeline.settings.threads = arguments.number("threads") ?? pipeline.settings.threads ?? Console.cores
            pipeline.sandbox(arguments)
        }
        let status = ConfigurationFile.report(check, source, console)
        guard let plan = check.plan else { return status ?? .plugins }
        return PipelineExecution(plan, ReportOptions(arguments, console, ledger: .always, check.definition), console)
            .run()
    }
}

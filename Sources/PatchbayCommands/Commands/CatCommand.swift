import Patchbay

extension CommandSpec {
    static let cat = CommandSpec(
        "cat",
        "Show what is in files: parse, choose, format. No configuration needed.",
        operands: [
            OperandSpec("INPUT", .oneOrMore, summary: "A file, a shell pattern in quotes, or '-' for standard input.")
        ],
        options: [
            OptionSpec(
                "parser", letter: "p", .text("NAME"), completion: .parsers,
                summary: "The parser; guessed when left out.")
        ] + ReportOptions.specs
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry()
        guard let pipeline = try CatPipeline(arguments, registry) else { return Signals.stopped ?? .success }
        let check = PipelineCheck(pipeline.configuration, registry: registry) { definition in
            if let peeked = pipeline.peeked { definition.stages[0].factory = peeked }
        }
        guard let plan = check.plan else {
            for diagnostic in check.diagnostics { console.report("error", diagnostic.message) }
            return check.failedPhase?.status ?? .usage
        }
        return PipelineExecution(plan, ReportOptions(arguments, console, ledger: .onTrouble), console).run()
    }
}

import Patchbay

extension CommandSpec {
    static let cat = CommandSpec(
        "cat",
        "Show what is in files: parse, choose, format. Needs no configuration.",
        details: [
            "The parser is guessed from the content when it is not named. Says on standard error when something had to be "
                + "skipped; --ledger shows the account of every byte."
        ],
        operands: [
            OperandSpec("INPUT", .oneOrMore, summary: "A file, a shell pattern in quotes, or '-' for standard input.")
        ],
        options: [
            OptionSpec(
                "parser", letter: "p", .text("NAME"), completion: .parsers,
                summary: "The parser; guessed from the content when left out."),
            OptionSpec(
                "with", .text("NAME=VALUE"), repeats: true,
                summary: "An option of the parser; may be repeated. 'patchbay components NAME' lists them."),
            OptionSpec(
                "grant", .text("GRANT"), repeats: true,
                summary: "What a parser in a WebAssembly module may do, such as clock or read:PATH; may be repeated."),
            OptionSpec(
                "where", letter: "w", .text("EXPR"), repeats: true,
                summary: "Show only records for which the expression holds; of several, all must."),
            OptionSpec(
                "select", letter: "s", .text("FIELDS"), summary: "Show these fields: 'time,level,payload as text'."),
            OptionSpec("limit", letter: "n", .number("N", 0...Int.max), summary: "End after N records."),
            OptionSpec(
                "to", letter: "t", .choice(["text", "json", "csv", "raw", "frames"]),
                summary: "How records are written; raw is their original bytes, frames what the parser 'frames' reads."),
            OptionSpec(
                "output", letter: "o", .text("FILE"), completion: .files,
                summary: "Write to a file; the endings .gz and .zst compress it."),
            OptionSpec(
                "template", .text("TEXT"),
                summary: "For text: the line of a record, such as '{time:%H:%M:%S} {level:<5} {payload|-}'."),
            OptionSpec(
                "time-zone",
                .text("ZONE"),
                summary: "The zone of times: UTC, local, +02:00, Europe/Berlin; UTC when left out."
            ),
            OptionSpec(
                "color", .choice(["auto", "always", "never"]),
                summary: "For text: colour lines by level; auto does so on a terminal."),
            Builtins.directory, Builtins.sandbox,
        ] + ReportOptions.specs,
        examples: [
            Example(line: "patchbay cat trace.dlt", comment: "a trace as text"),
            Example(
                line:
                    "patchbay cat trace.dlt --where 'level <= \"warn\" and apid == \"LOG\"' --select time,apid,payload --to csv",
                comment: "warnings and worse of one application, as a table"
            ),
            Example(
                line: "zcat log.json.gz | patchbay cat - --where 'status >= 500'", comment: "JSON lines from a pipe"),
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let stages = try CatStages.make(arguments)
        guard let choice = try ParserChoice(arguments, arguments.operands, registry) else {
            return Signals.stopped ?? .success
        }
        let configuration = try choice.configuration(arguments.operands, arguments, behind: stages)
        let check = choice.check(configuration, registry)
        for diagnostic in check.diagnostics { console.report(diagnostic) }
        guard let plan = check.plan else { return check.failedPhase?.status ?? .plugins }
        return PipelineExecution(plan, ReportOptions(arguments, console, ledger: .onTrouble, check.definition), console)
            .run()
    }
}

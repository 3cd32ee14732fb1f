import Patchbay

extension CommandSpec {
    static let inspect = CommandSpec(
        "inspect",
        "Say what is in files: counts per level and other words, times, sizes, damage.",
        operands: [
            OperandSpec("INPUT", .oneOrMore, summary: "A file, a shell pattern in quotes, or '-' for standard input.")
        ],
        options: [
            OptionSpec(
                "parser",
                letter: "p",
                .text("NAME"),
                completion: .parsers,
                summary: "The parser; guessed from the content when left out."
            ),
            OptionSpec(
                "with",
                .text("NAME=VALUE"),
                repeats: true,
                summary: "An option of the parser; may be repeated. 'patchbay components NAME' lists them."
            ),
            OptionSpec(
                "top", .number("N", 1...1000), summary: "How many words of each field to show; 10 when left out."),
            OptionSpec("json", summary: "Write one line of JSON per input, with everything."),
            ReportOptions.threads,
            ReportOptions.progress,
        ]
    ) { (arguments, console) throws(CommandError) in
        var worst = ExitStatus.success
        var isFirst = true
        for path in arguments.operands {
            let status = try Inspection(path, arguments, console).run { text in
                if !isFirst, !arguments.has("json") { console.write("\n") }
                isFirst = false
                console.write(text)
            }
            if worst == .success { worst = status }
            if Signals.stopped != nil { break }
        }
        return worst
    }
}

/// One input that is inspected.
private struct Inspection {
    private let path: String
    private let arguments: ParsedArguments
    private let console: Console

    init(_ path: String, _ arguments: ParsedArguments, _ console: Console) {
        self.path = path
        self.arguments = arguments
        self.console = console
    }

    /// Runs it; `write` gets the page.
    func run(_ write: (String) -> Void) throws(CommandError) -> ExitStatus {
        var registry = try Builtins.registry()
        let sink = TallySink.Factory()
        do throws(PluginError) { try registry.register(sink) } catch {
            throw CommandError(.plugins, error.description)
        }
        let choice: ParserChoice
        do throws(CommandError) {
            guard let found = try ParserChoice(arguments, [path], registry) else { return Signals.stopped ?? .success }
            choice = found
        } catch {
            // Other inputs are still worth a look.
            console.report(error)
            return error.status
        }
        let configuration = try choice.configuration(
            [path],
            arguments,
            behind: [ParserChoice.stage("inspect", .sinks, .sink, [])]
        )
        let check = choice.check(configuration, registry)
        for diagnostic in check.diagnostics { console.report(diagnostic) }
        guard let plan = check.plan else { return check.failedPhase?.status ?? .plugins }
        let options = ReportOptions(arguments, console, ledger: .never, check.definition)
        return PipelineExecution(plan, options, console).run { report in
            guard let tally = sink.result.value else { return }
            let page = InspectReport(input: path, parser: choice.name, tally: tally, report: report)
            write(arguments.has("json") ? page.json : page.text(top: arguments.number("top") ?? 10))
        }
    }
}

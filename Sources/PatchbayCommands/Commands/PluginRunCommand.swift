import Patchbay

extension CommandSpec {
    static let pluginRun = CommandSpec(
        "plugin run",
        "Run one plugin on standard input and output.",
        details: [
            "A parser gets the bytes of standard input. Filters, transforms, validators, aggregates and sinks get the records "
                + "that the parser --from makes of it. Sources read what their options name, and no standard input. What "
                + "comes out is written to standard output as --to says.",
            "A capability that is no role is called once: --operation says what is asked, standard input is its input, "
                + "and the answer goes to standard output as it is.",
            "The plugin runs in the engine that 'patchbay run' uses, with the same exit codes, account and messages.",
        ],
        operands: [
            OperandSpec(
                "PLUGIN", summary: "A file such as 'keep.wasm' or './keep', or the name of a plugin of this program.")
        ],
        options: PluginSettings.specs + [
            OptionSpec(
                "from", .text("PARSER"), completion: .parsers,
                summary:
                    "What makes records of the input: json, lines, frames, x.wasm; guessed from the content when left "
                    + "out, and lines for what a byte source delivers."),
            OptionSpec(
                "to", letter: "t", .choice(["text", "json", "csv", "raw", "frames"]),
                summary: "How records are written; json when left out, raw for byte sources."),
            OptionSpec(
                "on-error", .choice(["fail", "skip"]),
                summary: "What happens to a record that the plugin refuses; fail, the default, ends the run."),
            OptionSpec(
                "capability", .text("TYPE/NAME"),
                summary: "Which of the things that the plugin can do; needed when there are several."),
            OptionSpec("operation", .text("NAME"), summary: "What a capability that is no role is asked for."),
            Builtins.directory, Builtins.sandbox,
        ] + ReportOptions.specs,
        examples: [
            Example(
                line: "patchbay plugin run keep.wasm --with word=error < app.log", comment: "what does my filter keep?"),
            Example(
                line: "patchbay plugin run trace.wasm --to csv < trace.bin | head -n 3", comment: "and my parser read?"),
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let target = try PluginTarget(
            arguments.operands[0], capability: arguments.value("capability"), registry, sandbox: arguments.sandbox)
        let settings = try PluginSettings(arguments)
        guard let role = target.capability.role else {
            return try call(CapabilityCall(target, settings, arguments), console)
        }
        return try pipe(role, target, settings, arguments, registry, console)
    }

    private static func pipe(
        _ role: Role, _ target: PluginTarget, _ settings: PluginSettings, _ arguments: ParsedArguments,
        _ registry: PluginRegistry, _ console: Console
    ) throws(CommandError) -> ExitStatus {
        if arguments.has("operation") {
            throw .usage("--operation is for capabilities, and this is a \(role.rawValue)")
        }
        if arguments.has("from"), !PluginPipeline.needsParser(role) {
            throw .usage("--from is for plugins that get records, and this is a \(role.rawValue)")
        }
        if arguments.has("to"), role == .sink {
            throw .usage("--to is for plugins that deliver records; a sink writes itself")
        }
        var input: [StageConfiguration] = []
        var choice: ParserChoice?
        if role == .byteSource {
            input = [ParserChoice.stage(arguments.value("from") ?? "lines", .processors, .parser, [])]
        } else if role == .parser {
            input = [ParserChoice.source(["-"])]
        } else if PluginPipeline.hasInput(role) {
            guard let found = try ParserChoice(named: arguments.value("from"), ["-"], registry) else {
                return Signals.stopped ?? .success
            }
            choice = found
            input = found.stages(["-"])
        }
        let format = arguments.value("to") ?? (role == .byteSource ? "raw" : "json")
        let pipeline = PluginPipeline(
            target: target, settings: settings, input: input,
            output: role == .sink ? nil : PluginPipeline.standardOutput(format))
        return try run(pipeline, choice, arguments, registry, console)
    }

    private static func run(
        _ pipeline: PluginPipeline, _ choice: ParserChoice?, _ arguments: ParsedArguments, _ registry: PluginRegistry,
        _ console: Console
    ) throws(CommandError) -> ExitStatus {
        var general = SettingsConfiguration()
        general.sandbox = arguments.sandbox
        general.threads = arguments.number("threads") ?? Console.cores
        let onError = arguments.value("on-error").flatMap(StageConfiguration.ErrorPolicy.init) ?? .fail
        let configuration = PipelineConfiguration(
            file: "command line", settings: general, stages: pipeline.stages(onError: onError))
        let check =
            choice?.check(configuration, registry, adapting: pipeline.adapt)
            ?? PipelineCheck(configuration, registry: registry, adapting: pipeline.adapt)
        for diagnostic in check.diagnostics { console.report(diagnostic) }
        guard let plan = check.plan else { return check.failedPhase?.status ?? .plugins }
        return PipelineExecution(plan, ReportOptions(arguments, console, ledger: .onTrouble, check.definition), console)
            .run()
    }

    private static func call(_ call: CapabilityCall, _ console: Console) throws(CommandError) -> ExitStatus {
        let input = try Files.standardInput(limit: PluginArtifact.sizeLimit)
        let output = try call.run(
            input.span,
            log: { line in
                if line.level != .debug { console.report(line.level.rawValue, "stage \(line.stage): \(line.text)") }
            })
        console.write(output.span, to: .output)
        return .success
    }
}

extension CapabilityCall {
    /// The call that a command line asks for.
    fileprivate init(
        _ target: PluginTarget, _ settings: PluginSettings, _ arguments: ParsedArguments
    ) throws(CommandError) {
        for option in ["from", "to", "on-error"] where arguments.has(option) {
            throw .usage("--\(option) is for pipelines, and \(target.capability) is called once")
        }
        guard let operation = arguments.value("operation") else {
            throw .usage("--operation is missing", advice: "say what \(target.capability) is asked for")
        }
        self.init(target: target, settings: settings, operation: operation)
    }
}

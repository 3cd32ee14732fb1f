import Patchbay

extension CommandSpec {
    static let worker = CommandSpec(
        "worker",
        "Process records from standard input to standard output, for other programs.",
        details: [
            "Runs the processors of FILE, without its sources, parsers and sinks, or a chain of plugins that --uses names. "
                + "Records come on standard input, and what becomes of them goes to standard output.",
            "The last line on standard error is a JSON object: 'in' and 'out' are records, 'filtered' those that were left "
                + "out on purpose or summed up, 'created' those that were made, 'skipped' records and regions that could "
                + "not be processed, 'dead_lettered' those in the dead-letter file, 'pending' those that were not "
                + "finished; 'ok' says that nothing was lost, 'error' what ended the run.",
            "Ends with the exit code 8 when anything was skipped or went to the dead-letter file, and with others as "
                + "'run' does. A reader that goes away is an error here.",
        ],
        operands: [OperandSpec("FILE", .optional, summary: "A configuration (YAML).")],
        options: [
            OptionSpec(
                "uses", .text("PLUGIN"), repeats: true,
                summary: "A processor, by name or file, in place of FILE; of several each reads the one before."),
            OptionSpec(
                "with", .text("NAME=VALUE"), repeats: true,
                summary: "An option of the plugin of --uses, of which there is one then; may be repeated."),
            OptionSpec(
                "input", .choice(["frames", "jsonl", "lines"]), summary: "What comes in; jsonl when left out."),
            OptionSpec(
                "output", .choice(["frames", "jsonl", "lines"]),
                summary: "What goes out; the same as --input when left out."),
            ReportOptions.threads,
            Builtins.directory, Builtins.sandbox,
        ],
        examples: [
            Example(
                line: "patchbay worker --uses where --with 'expression=level == \"error\"' < app.jsonl",
                comment: "one filter over JSON lines")
        ]
    ) { (arguments, console) throws(CommandError) in
        try WorkerRun(arguments, console).run()
    }
}

/// One run of a worker.
private struct WorkerRun {
    private let arguments: ParsedArguments
    private let console: Console

    init(_ arguments: ParsedArguments, _ console: Console) {
        self.arguments = arguments
        self.console = console
    }

    /// Runs it to its end; the trailer is the last thing that is written.
    func run() throws(CommandError) -> ExitStatus {
        let registry = try Builtins.registry(arguments)
        let input = arguments.value("input") ?? "jsonl"
        // Frames say themselves which fields they have, so their beginning is looked at.
        guard
            let choice = try ParserChoice(
                named: ["jsonl": "json", "lines": "lines"][input], ["-"], registry)
        else { return Signals.stopped ?? .success }
        let configuration = try configuration(input, choice, registry)
        let check = choice.check(configuration, registry)
        for diagnostic in check.diagnostics { console.report(diagnostic) }
        guard let plan = check.plan else { return check.failedPhase?.status ?? .plugins }
        let console = console
        let run = PipelineRun(plan) { line in
            if line.level == .debug { return }
            console.report(line.level.rawValue, "stage \(line.stage): \(line.text)")
        }
        let report = run.run { _ in if Signals.stopped != nil { run.stop() } }
        let trailer = WorkerTrailer(report)
        if let error = report.error { console.report("error", error.description) }
        console.write(trailer.json + "\n", to: .errors)
        return Signals.stopped ?? trailer.status
    }

    // MARK: Stages

    private func configuration(
        _ input: String, _ choice: ParserChoice, _ registry: PluginRegistry
    ) throws(CommandError) -> PipelineConfiguration {
        let named = arguments.all("uses")
        var configuration: PipelineConfiguration
        switch (arguments.operands.first, named.isEmpty) {
        case (nil, true): throw .usage("what is to be done?", advice: "name a configuration, or plugins with --uses")
        case (_?, false): throw .usage("a configuration and --uses exclude each other")
        case (let file?, true):
            if arguments.has("with") { throw .usage("--with goes with --uses") }
            configuration = try processors(of: file, registry)
        case (nil, false):
            configuration = PipelineConfiguration(file: "command line", stages: try chain(named))
        }
        configuration.sandbox(arguments)
        configuration.settings.threads = arguments.number("threads") ?? configuration.settings.threads ?? Console.cores
        var reading =
            input == "frames" && choice.name != "frames"
            ? [ParserChoice.source(["-"]), ParserChoice.stage("frames", .processors, .parser, [])]
            : choice.stages(["-"])
        reading[0].id = "worker-input"
        reading[1].id = "worker-parser"
        let format = ["jsonl": "json", "lines": "raw"][arguments.value("output") ?? input] ?? "frames"
        configuration.stages =
            reading + configuration.stages
            + [ParserChoice.stage("stdout", .sinks, .sink, [Self.entry("format", format)], id: "worker-output")]
        return configuration
    }

    private static func entry(_ key: String, _ text: String) -> ConfigNode.Entry {
        ConfigNode.Entry(key: key, value: ConfigNode(.string(text)))
    }

    private func processors(of file: String, _ registry: PluginRegistry) throws(CommandError) -> PipelineConfiguration {
        let source = try ConfigurationFile.read(file)
        let (found, problems) = PipelineConfiguration.parse(source)
        let renderer = DiagnosticRenderer([source], isColored: console.isColored(.errors))
        console.write(renderer.render(problems), to: .errors)
        guard var configuration = found else { throw CommandError(.fields, "\(file) cannot be used") }
        configuration.stages = configuration.stages.filter { stage in
            stage.section == .processors && !isParser(stage, configuration, registry)
        }
        if let stage = configuration.stages.first(where: { $0.inputs != nil }) {
            throw CommandError(
                .topology, "the stage '\(stage.id)' has 'inputs', and a worker runs one line of stages",
                advice: "name its plugins with --uses")
        }
        return configuration
    }

    private func isParser(
        _ stage: StageConfiguration, _ configuration: PipelineConfiguration, _ registry: PluginRegistry
    ) -> Bool {
        if let role = stage.role { return role == .parser }
        switch stage.plugin {
        case .name(let name, _):
            let roles = stage.possibleRoles.filter { registry.find($0, name) != nil }
            return roles.first == .parser
        case .path(let kind, let path):
            let file = configuration.resolve(path: path)
            guard let plugin = try? registry.runtime(kind.rawValue)?.open(file) else { return false }
            return plugin.manifest.capabilities.first { $0.role?.section == stage.section.rawValue }?.role == .parser
        }
    }

    private func chain(_ named: [String]) throws(CommandError) -> [StageConfiguration] {
        let options = try arguments.all("with").map { (text) throws(CommandError) in
            try ParserChoice.option("with", text)
        }
        guard options.isEmpty || named.count == 1 else {
            throw .usage("--with goes with one --uses", advice: "write the chain into a configuration")
        }
        var stages: [StageConfiguration] = []
        for (index, text) in named.enumerated() {
            let plugin: PluginReference =
                text.utf8.contains(UInt8(ascii: "/")) || text.hasSuffix(".wasm")
                ? .path(PluginTarget.kind(text), path: text) : .name(text, version: nil)
            stages.append(
                StageConfiguration(
                    id: "\(index + 1)-\(plugin.shortName)", section: .processors, plugin: plugin,
                    parameters: ConfigNode(.map(options))))
        }
        return stages
    }
}

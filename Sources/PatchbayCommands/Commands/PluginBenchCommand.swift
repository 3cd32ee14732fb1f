import Patchbay

extension CommandSpec {
    static let pluginBench = CommandSpec(
        "plugin bench",
        "Measure what a plugin costs per record, against its native form.",
        details: [
            "Calls the plugin as the engine does, in rounds in which all forms take turns, and shows the medians: time and "
                + "processor time per record, and for modules the bytes that are written into and copied out of their "
                + "memory, how often they are asked for memory, and how much they have. The module is measured with "
                + "deadlines, as pipelines run it, and without.",
            "Plugins that take records are measured with batches of 1,000 and of 1, by default of JSON lines of 100 bytes "
                + "with the members 'level', 'n' and 'text'. A parser gets chunks of 256 KiB.",
        ],
        operands: [
            OperandSpec(
                "PLUGIN", summary: "A file such as 'keep.wasm' or './keep', or the name of a plugin of this program.")
        ],
        options: PluginSettings.specs + [
            OptionSpec("input", .text("FILE"), completion: .files, summary: "Measure with this file."),
            OptionSpec(
                "from", .text("PARSER"), completion: .parsers,
                summary: "What makes records of the input; guessed from the content when left out."),
            OptionSpec(
                "records", .number("N", 1...10_000_000), summary: "Records that are made up; 100000 when left out."),
            OptionSpec(
                "size", .number("BYTES", 1...1_000_000),
                summary: "Bytes of a record that is made up; 100 when left out."),
            OptionSpec("rounds", .number("N", 1...1000), summary: "Rounds; 9 when left out."),
            OptionSpec(
                "against", .text("PLUGIN"),
                summary: "What to compare with; the plugin of the same role and name in this program when left out."),
            OptionSpec(
                "capability", .text("TYPE/NAME"),
                summary: "Which of the things that the plugin can do; needed when there are several."),
            OptionSpec("operation", .text("NAME"), summary: "What a capability that is no role is asked for."),
            Builtins.directory, Builtins.sandbox,
        ],
        examples: [
            Example(line: "patchbay plugin bench keep.wasm", comment: "what does a record cost?"),
            Example(
                line: "patchbay plugin bench dlt.wasm --input trace.dlt",
                comment: "is it as fast as the built-in parser?"),
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let bench = try PluginBench(arguments, registry)
        #if DEBUG
            console.report(
                "warning", "this program was built without optimisation: its own part is slow in these figures")
        #endif
        var title = bench.title
        for size in bench.batchSizes {
            if Signals.stopped != nil { break }
            let table = try bench.table(batches: size)
            console.write(title + table)
            title = ""
        }
        return Signals.stopped ?? .success
    }
}

/// A plugin in all its forms, and what it is measured with.
private struct PluginBench {
    private let forms: [BenchForm]
    private let input: BenchInput
    private let records: Int
    /// Whether the input is not the user's own.
    private let isMadeUp: Bool
    private let rounds: Int
    private let operation: String?
    private let source: String
    /// What the last of the forms is, when it is there to be compared with.
    private let other: String?

    init(_ arguments: ParsedArguments, _ registry: PluginRegistry) throws(CommandError) {
        let target = try PluginTarget(
            arguments.operands[0], capability: arguments.value("capability"), registry, sandbox: arguments.sandbox)
        let settings = try PluginSettings(arguments)
        operation = arguments.value("operation")
        guard (operation == nil) == (target.capability.role != nil) else {
            throw .usage(
                operation == nil
                    ? "--operation is missing: say what \(target.capability) is asked for"
                    : "--operation is for capabilities that are no role")
        }
        var forms: [BenchForm] = []
        if case .path(.process, _) = target.reference {
            forms.append(try BenchForm("process", target, settings))
        } else if case .path = target.reference {
            forms.append(try BenchForm("wasm", target, settings))
            forms.append(try BenchForm("wasm, no deadlines", target, settings, hasDeadline: false))
        } else {
            forms.append(try BenchForm("native", target, settings))
        }
        if let other = arguments.value("against") {
            let against = try PluginTarget(
                other, capability: target.capability.type, registry, sandbox: arguments.sandbox)
            forms.append(try BenchForm(other, against, settings))
            self.other = other
        } else if case .path = target.reference, registry.find(target.capability) != nil {
            let native = try PluginTarget(target.capability.description, capability: nil, registry)
            forms.append(try BenchForm("native", native, settings))
            other = "native"
        } else {
            other = nil
        }
        self.forms = forms
        records = arguments.number("records") ?? 100_000
        rounds = arguments.number("rounds") ?? 9
        let size = arguments.number("size") ?? 100
        input = try BenchInput(
            arguments.value("input"), parser: arguments.value("from"), records: records, size: size, registry)
        isMadeUp = arguments.value("input") == nil
        source = arguments.value("input") ?? "\(Amount.grouped(UInt64(records))) JSON lines of \(size) bytes"
    }

    private var role: Role? { forms[0].target.capability.role }

    /// How many records are handed over at once; 0 where the plugin decides.
    var batchSizes: [Int] {
        switch role {
        case .parser, .source, .byteSource, nil: [0]
        default: [1000, 1]
        }
    }

    /// What is measured.
    var title: String {
        let what = role == .source || role == .byteSource ? "" : ", \(source)"
        return "\(forms[0].target.capability)\(what), medians of \(Amount.counted(UInt64(rounds), "round"))\n"
    }

    /// The table for batches of `size` records.
    func table(batches size: Int) throws(CommandError) -> String {
        // Figures of a parser that cannot read the made-up lines would be those of skipping them.
        var run = BenchRounds(rounds: rounds, leastRecords: role == .parser && isMadeUp ? records : 0)
        let results: [BenchResult]
        do throws(PluginError) {
            // Single records are dear: fewer of them say as much.
            let limit = size == 1 ? min(records, 10_000) : records
            for form in forms {
                try run.add(form.name, form.subject(input, batches: size, limit: limit, operation: operation))
            }
            results = try run.run()
        } catch {
            let status: ExitStatus =
                switch error.code {
                case .configuration: .plugins
                case .schema: .topology
                default: .runFailed
                }
            throw CommandError(status, error.description)
        }
        var heading = BenchResult.heading
        if size > 0 { heading[0] = "batches of \(Amount.grouped(UInt64(size)))" }
        var text = "\n" + TextTable.text([heading] + results.map(\.row), numeric: Set(1...8))
        if let other, let reference = results.last {
            for result in results.dropLast() {
                let ratio = result.nanosecondsPerRecord / max(reference.nanosecondsPerRecord, 0.001)
                text += "\(result.name) / \(other): \(Amount.decimal(ratio, 2))\n"
            }
        }
        return text
    }
}

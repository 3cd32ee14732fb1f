import Patchbay

extension CommandSpec {
    static let pluginTest = CommandSpec(
        "plugin test",
        "Run a plugin's tests over every form that it has.",
        details: [
            "A test is a folder below 'tests' with 'input.*', what the plugin gets, and 'expected.*', what must come out, "
                + "byte for byte. Besides there may be 'options.yaml', 'grants.yaml', 'limits.yaml' and 'operation.txt', "
                + "or a 'case.yaml' with such keys; 'rejected.jsonl' with the records that the plugin must refuse, "
                + "'skipped.jsonl' with the regions that a parser must skip, and 'error.txt' with a part of the error that "
                + "must end the run.",
            "The forms are the module, the program and, where this program has a plugin of the same role and name, that one.",
        ],
        operands: [
            OperandSpec(
                "PLUGIN", .optional,
                summary: "A plugin's folder, its file, or a name with --tests; the current folder when left out.")
        ],
        options: [
            OptionSpec(
                "form", .choice(["wasm", "process", "native", "all"]),
                summary: "Which form is tested; all when left out."),
            OptionSpec(
                "tests", .text("FOLDER"), completion: .files,
                summary: "The folder with the tests; 'tests' beside the module when left out."),
            OptionSpec("case", .text("NAME"), repeats: true, summary: "Run this test alone; may be repeated."),
            OptionSpec("update", summary: "Write what came out as what is expected."),
            OptionSpec(
                "conformance",
                summary: "Try also whether the plugin keeps the contract of its role, with the tests' inputs."),
            Builtins.directory, Builtins.sandbox,
            OptionSpec("quiet", letter: "q", summary: "Say nothing of tests that pass."),
        ],
        examples: [
            Example(line: "patchbay plugin test", comment: "in a plugin's folder, after 'patchbay plugin build'")
        ]
    ) { (arguments, console) throws(CommandError) in
        let registry = try Builtins.registry(arguments)
        let plugin = try TestedPlugin(
            arguments.operands.first ?? ".", form: arguments.value("form") ?? "all", tests: arguments.value("tests"),
            sandbox: arguments.sandbox, registry, console)
        let named = arguments.all("case")
        let all = try PluginCase.all(in: plugin.tests)
        let cases = all.filter { named.isEmpty || named.contains($0.name) }
        if let missing = named.first(where: { name in !all.contains { $0.name == name } }) {
            throw .usage(
                "there is no test \(missing.quotedForMessage)",
                advice: NameSuggestion.advice(for: missing, in: all.map(\.name)))
        }
        var session = TestSession(
            registry: registry, console: console, isQuiet: arguments.has("quiet"),
            sandbox: arguments.sandbox)
        for test in cases {
            if Signals.stopped != nil { break }
            try session.run(test, plugin.forms, updates: arguments.has("update"))
        }
        if arguments.has("conformance") { try session.tryContract(plugin.forms, cases) }
        session.conclude(cases.count, plugin.forms)
        return Signals.stopped ?? (session.failures == 0 ? .success : .runFailed)
    }
}

/// Runs cases and says what came of them.
private struct TestSession {
    let registry: PluginRegistry
    let console: Console
    let isQuiet: Bool
    let sandbox: SandboxMode?
    private(set) var failures = 0

    init(registry: PluginRegistry, console: Console, isQuiet: Bool, sandbox: SandboxMode?) {
        self.sandbox = sandbox
        self.registry = registry
        self.console = console
        self.isQuiet = isQuiet
    }

    /// Runs a case with each form.
    mutating func run(_ test: PluginCase, _ forms: [TestedPlugin.Form], updates: Bool) throws(CommandError) {
        var test = test
        test.settings.sandbox = sandbox
        for (index, form) in forms.enumerated() {
            let target = try PluginTarget(form.operand, capability: test.capability, registry, sandbox: sandbox)
            let outcome = try CaseRun(test, target, registry).run()
            var comparison = try CaseComparison(test, outcome)
            // The first form says what is expected of the others.
            if updates, index == 0, !comparison.differences.isEmpty {
                let changed = try comparison.update()
                if !changed.isEmpty { console.write("updated  \(test.name): \(changed.joined(separator: ", "))\n") }
                test = try PluginCase(test.name, test.folder)
                test.settings.sandbox = sandbox
                comparison = try CaseComparison(test, outcome)
            }
            say(test.name, form, comparison.differences)
        }
    }

    private mutating func say(_ name: String, _ form: TestedPlugin.Form, _ differences: [String]) {
        if differences.isEmpty {
            if !isQuiet { console.write("ok       \(name) (\(form.name))\n") }
            return
        }
        failures += 1
        console.write("FAILED   \(name) (\(form.name))\n")
        for difference in differences {
            let lines = difference.split(separator: "\n").map { "    \($0)\n" }.joined()
            console.write(lines)
        }
    }

    /// The behaviour suite of the plugin's role.
    mutating func tryContract(_ forms: [TestedPlugin.Form], _ cases: [PluginCase]) throws(CommandError) {
        for form in forms {
            let findings = try ContractTrial(form, cases, registry).run()
            say("contract", form, findings)
        }
    }

    /// The last line.
    func conclude(_ cases: Int, _ forms: [TestedPlugin.Form]) {
        let names = forms.map(\.name).joined(separator: ", ")
        let result = failures == 0 ? "passed" : "\(failures) FAILED"
        console.write("\(Amount.counted(UInt64(cases), "test")), \(names): \(result)\n")
    }
}

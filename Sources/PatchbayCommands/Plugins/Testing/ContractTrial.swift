import Patchbay
import PatchbayTestKit

/// The behaviour suite of a plugin's role, with the inputs of its tests.
struct ContractTrial {
    private let form: TestedPlugin.Form
    private let cases: [PluginCase]
    private let registry: PluginRegistry

    init(_ form: TestedPlugin.Form, _ cases: [PluginCase], _ registry: PluginRegistry) {
        self.form = form
        self.cases = cases
        self.registry = registry
    }

    /// What was not kept; one text each. A capability that is no role has no suite.
    func run() throws(CommandError) -> [String] {
        // The options of one test hold for all its inputs, so each kind of options is a trial of its own.
        var findings: [String] = []
        for test in cases
        where test.settings.grants == .default && test.files.allSatisfy({ $0 != PluginCase.errorFile }) {
            let target = try PluginTarget(form.operand, capability: test.capability, registry)
            guard let role = target.capability.role, role != .sink else { continue }
            let (checked, _) = target.factory.manifest.configuration.check(test.settings.options)
            guard var configuration = checked else { continue }
            configuration.limits = test.settings.limits
            var inputs = TrialInputs(configuration, gaps: .any)
            if let file = test.input, role == .parser {
                let content = try Files.read(Path.join(test.folder, file), limit: PluginArtifact.sizeLimit)
                inputs.texts = [(test.name, content)]
            } else if PluginPipeline.hasInput(role) {
                inputs.batches = try batches(test)
            }
            findings += PluginTrial(target.factory, target.capability, inputs).run().map { "\(test.name): \($0)" }
        }
        return findings
    }

    /// The records of a test's input.
    private func batches(_ test: PluginCase) throws(CommandError) -> [(name: String, batch: Batch)] {
        guard let file = test.input else { return [] }
        let recording = Recording()
        var registry = registry
        do throws(PluginError) { try registry.register(TapFactory(.collect, recording)) } catch {
            throw CommandError(.plugins, error.description)
        }
        let stages = [
            ParserChoice.source([Path.join(test.folder, file)]),
            ParserChoice.stage(test.inputParser, .processors, .parser, []),
            ParserChoice.stage(TapFactory.Kind.collect.rawValue, .sinks, .sink, []),
        ]
        let check = PipelineCheck(PipelineConfiguration(file: "command line", stages: stages), registry: registry)
        guard let plan = check.plan else {
            throw CommandError(.plugins, check.diagnostics.first?.message ?? "the input cannot be parsed")
        }
        if let error = PipelineRun(plan).run().error { throw CommandError(.runFailed, error.description) }
        return recording.batches.enumerated().map { ("\(test.name) \($0.offset)", $0.element) }
    }
}

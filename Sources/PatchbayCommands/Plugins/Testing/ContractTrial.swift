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
                inputs.batches = try batches(test, target, configuration)
            }
            findings += PluginTrial(target.factory, target.capability, inputs).run().map { "\(test.name): \($0)" }
        }
        return findings
    }

    /// The records of a test's input, with the columns that the plugin reads.
    private func batches(
        _ test: PluginCase, _ target: PluginTarget, _ configuration: PluginConfiguration
    ) throws(CommandError) -> [(name: String, batch: Batch)] {
        guard let file = test.input else { return [] }
        let input = try BenchInput(
            Path.join(test.folder, file), parser: test.inputParser, records: 0, size: 0, registry)
        do throws(PluginError) {
            let instance = try target.factory.makeInstance(for: target.capability, configuration: configuration)
            let made = try input.batches(of: 1000, wanted: instance.wantedInput, limit: .max)
            return made.batches.enumerated().map { ("\(test.name) \($0.offset)", $0.element) }
        } catch {
            throw CommandError(.runFailed, error.description)
        }
    }
}

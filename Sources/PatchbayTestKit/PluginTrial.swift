internal import PatchbayCore
public import PatchbayPlugin

/// Tries whether a plugin keeps the contract of its role, whatever form it has.
///
/// Runs in the calling thread and needs no test framework: ``run()`` returns what it found, nothing when all is well.
public struct PluginTrial {
    let factory: any PluginFactory
    let capability: Capability
    let inputs: TrialInputs

    /// A trial of the plugin that `factory` makes for `capability`.
    public init(_ factory: any PluginFactory, _ capability: Capability, _ inputs: TrialInputs) {
        self.factory = factory
        self.capability = capability
        self.inputs = inputs
    }

    /// Every promise that was not kept, the first few inputs of each.
    public func run() -> [Finding] {
        switch capability.role {
        case .parser: parserFindings()
        case .filter: filterFindings()
        case .transform: transformFindings()
        case .validator: validatorFindings()
        case .aggregate: aggregateFindings()
        case .sink: sinkFindings()
        case .source: sourceFindings()
        case .byteSource: byteSourceFindings()
        case nil: [Finding("the capability is a role", input: "\(capability)", "it is of another type")]
        }
    }

    /// What the plugin gives for all inputs, with its counts, or the error that ended it: the same for every form of it.
    func transcript() -> Transcript {
        var transcript = Transcript()
        do throws(PluginError) {
            switch capability.role {
            case .parser: try transcribeParser(&transcript)
            case .filter: for item in batches { transcript.append(try filterRun(item.batch.split(1000))) }
            case .transform: for item in batches { transcript.append(try transformRun(item.batch.split(1000))) }
            case .validator: for item in batches { transcript.append(try validatorRun(item.batch.split(1000))) }
            case .aggregate: for item in batches { transcript.append(try aggregateRun(item.batch.split(1000))) }
            case .sink: transcript.append(try sinkRun(batches.flatMap { $0.batch.split(1000) }))
            case .source: transcript.append(try sourceRun(.everything))
            case .byteSource: transcript.append(try byteSourceRun(size: 65_536))
            case nil: transcript.note("no role")
            }
        } catch {
            transcript.note(error)
        }
        return transcript
    }

    /// The batches to try with: those that were given, or samples with every type.
    var batches: [(name: String, batch: Batch)] {
        inputs.batches.isEmpty ? SampleBatches.make() : inputs.batches
    }

    var isStateful: Bool { inputs.isStateful ?? factory.manifest.isOrdered }

    /// A new instance, not yet started.
    func make(_ configuration: PluginConfiguration? = nil) throws(PluginError) -> PluginInstance {
        try factory.makeInstance(for: capability, configuration: configuration ?? inputs.configuration)
    }

    var name: String { factory.manifest.name }
    var context: PluginContext { PluginContext(stage: Self.stage) }
    static let stage = "trial"

    /// The error of an instance whose role is not what its capability says.
    func wrongRole() -> PluginError {
        PluginError(.invalidResult, "the instance does not play the role of \(capability)")
    }

    /// Runs `body`; an error it throws becomes a finding.
    func attempt(
        _ findings: inout Findings, _ input: String, _ body: (inout Findings) throws(PluginError) -> Void
    ) {
        do throws(PluginError) {
            try body(&findings)
        } catch {
            findings.add("an instance does its work", input, error.description)
        }
    }
}

extension PluginTrial {
    /// How two forms of one plugin differ on the same inputs: records, rejections and counts, byte for byte. Nothing when
    /// they are alike.
    public static func compare(
        _ first: any PluginFactory, _ second: any PluginFactory, _ capability: Capability, _ inputs: TrialInputs
    ) -> [Finding] {
        var findings = Findings()
        let expected = PluginTrial(first, capability, inputs).transcript()
        let actual = PluginTrial(second, capability, inputs).transcript()
        findings.expect(
            actual, equals: expected, "all forms of a plugin give the same",
            "\(second.origin) against \(first.origin)")
        return findings.all
    }
}

public import PatchbayConfig
public import PatchbayEngine
public import PatchbayPlugin

/// The phases in which a configuration is checked; each has an exit code of its own on the command line.
public enum CheckPhase: Sendable, CaseIterable {
    /// The fields of the file.
    case fields
    /// How the stages hang together, and whether each gets the fields that it reads.
    case topology
    /// Whether each plugin exists and takes its options.
    case plugins
    /// Whether files, folders and variables are there.
    case environment
}

/// What came out of checking a configuration: a plan that can be run, or what is wrong.
///
/// A phase that finds errors ends the check; within a phase everything that is wrong is reported. Schemas can be agreed
/// only between plugins that exist, so that part of ``CheckPhase/topology`` comes behind ``CheckPhase/plugins``.
public struct PipelineCheck: Sendable {
    /// The stages with their plugins; nil when a plugin is missing or refuses its options.
    public private(set) var definition: PipelineDefinition?
    /// The plan; nil when anything is wrong.
    public private(set) var plan: PipelinePlan?
    /// Everything to say, errors and warnings.
    public private(set) var diagnostics: [Diagnostic] = []
    /// The phase whose errors ended the check; nil when there are none.
    public private(set) var failedPhase: CheckPhase?

    /// Checks a configuration file from its text on. `adapting` may change what the file says before it is checked further.
    public init(
        _ source: SourceText,
        registry: PluginRegistry,
        environment: ConfigurationEnvironment = .process,
        adapting: (inout PipelineConfiguration) -> Void = { _ in }
    ) {
        let (configuration, found) = PipelineConfiguration.parse(source)
        guard add(found, .fields), var configuration else {
            failedPhase = failedPhase ?? .fields
            return
        }
        adapting(&configuration)
        check(configuration, registry, environment) { _ in }
    }

    /// Checks a configuration that was made in code. `adapting` may change the stages before they are planned.
    public init(
        _ configuration: PipelineConfiguration,
        registry: PluginRegistry,
        environment: ConfigurationEnvironment = .process,
        adapting: (inout PipelineDefinition) -> Void = { _ in }
    ) {
        check(configuration, registry, environment, adapting)
    }

    private mutating func check(
        _ written: PipelineConfiguration,
        _ registry: PluginRegistry,
        _ environment: ConfigurationEnvironment,
        _ adapting: (inout PipelineDefinition) -> Void
    ) {
        guard add(written.topologyDiagnostics(), .topology) else { return }
        let (configuration, unresolved) = written.substituting(environment)
        let (definition, refused) = PipelineAssembler(registry: registry).assemble(configuration)
        guard add(refused, .plugins) else { return }
        guard var definition else {
            // Everything that could be checked without the missing variables is right.
            _ = add(unresolved, .environment)
            failedPhase = failedPhase ?? .environment
            return
        }
        adapting(&definition)
        self.definition = definition
        let plan: PipelinePlan
        do throws(PluginError) {
            plan = try PipelinePlan(definition)
        } catch {
            let place = error.stage.flatMap { written.index(ofStage: $0) }.flatMap { written.stages[$0].place }
            _ = add([Diagnostic(error, at: place)], CheckPhase(error.code))
            return
        }
        guard add(unresolved + definition.missingPaths() + definition.overwrittenInputs(), .environment) else { return }
        self.plan = plan
    }

    /// Takes diagnostics in; false when an error among them ends the check.
    private mutating func add(_ found: [Diagnostic], _ phase: CheckPhase) -> Bool {
        diagnostics += found
        guard found.contains(where: { $0.severity == .error }) else { return true }
        failedPhase = phase
        return false
    }
}

extension CheckPhase {
    /// The phase that an error of planning belongs to.
    fileprivate init(_ code: PluginError.Code) {
        switch code {
        case .topology, .schema: self = .topology
        case .io, .input, .output: self = .environment
        default: self = .plugins
        }
    }
}

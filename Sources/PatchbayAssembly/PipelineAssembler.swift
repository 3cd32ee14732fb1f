public import PatchbayConfig
public import PatchbayEngine
public import PatchbayPlugin

/// Matches the stages of a configuration with the plugins of a registry: what the engine can plan comes out.
///
/// The configuration knows no plugins and the engine no files; this is the one place where both meet.
public struct PipelineAssembler: Sendable {
    private let registry: PluginRegistry

    /// An assembler that takes its plugins from `registry`.
    public init(registry: PluginRegistry) {
        self.registry = registry
    }

    /// A pipeline of the stages in `configuration`, whose variables were replaced before.
    ///
    /// Finds each plugin, checks its options against its manifest, turns relative paths among them into paths from the
    /// configuration's directory, and makes an instance on trial. Everything that is wrong is reported, at its place in
    /// the file; the pipeline is nil when there is an error, or when a variable has no value.
    public func assemble(
        _ configuration: PipelineConfiguration
    ) -> (definition: PipelineDefinition?, diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        var stages: [StageDefinition] = []
        let inputs = configuration.inputIndices()
        for (index, stage) in configuration.stages.enumerated() {
            let feeding = inputs[index].map { configuration.stages[$0].id }
            if let made = make(stage, feeding, in: configuration, &diagnostics) { stages.append(made) }
        }
        let deadLetters = makeDeadLetters(configuration, &diagnostics)
        guard stages.count == configuration.stages.count, !diagnostics.contains(where: { $0.severity == .error }) else {
            return (nil, diagnostics)
        }
        let definition = PipelineDefinition(
            name: configuration.name ?? "pipeline",
            stages: stages,
            settings: configuration.settings.forEngine,
            deadLetters: deadLetters
        )
        return (definition, diagnostics)
    }

    /// The sink for the records of stages with `on_error: dead_letter`.
    private func makeDeadLetters(
        _ configuration: PipelineConfiguration,
        _ diagnostics: inout [Diagnostic]
    ) -> StageDefinition? {
        guard let stage = configuration.deadLetterStage else { return nil }
        return make(stage, [], in: configuration, &diagnostics)
    }

    private func make(
        _ stage: StageConfiguration,
        _ inputs: [String],
        in configuration: PipelineConfiguration,
        _ diagnostics: inout [Diagnostic]
    ) -> StageDefinition? {
        let match: PluginMatch
        let search = PluginSearch(
            registry: registry, sandbox: stage.sandbox ?? configuration.settings.sandbox ?? .preferred,
            resolve: { configuration.resolve(path: $0) })
        switch search.find(stage) {
        case .success(let found): match = found
        case .failure(let missing):
            diagnostics.append(missing.diagnostic)
            return nil
        }
        let schema = match.factory.manifest.configuration
        let (checked, problems) = stage.check(against: schema)
        diagnostics += problems
        guard let checked else { return nil }
        var options = checked.resolvingPaths(of: schema) { configuration.resolve(path: $0) }
        options.permit(stage, configuration.settings) { configuration.resolve(path: $0) }
        diagnostics += stage.grantNotes(for: match.factory, options)
        guard options.isComplete else { return nil }
        do throws(PluginError) {
            _ = try match.factory.makeInstance(for: match.capability, configuration: options)
        } catch {
            let name = match.factory.manifest.name
            diagnostics.append(Diagnostic(error.located(plugin: name, stage: stage.id), at: stage.place))
            return nil
        }
        return StageDefinition(
            id: stage.id,
            role: match.role,
            factory: match.factory,
            capability: match.capability,
            configuration: options,
            inputs: inputs,
            onError: ErrorPolicy(rawValue: stage.onError.rawValue) ?? .fail
        )
    }
}

extension StageConfiguration {
    /// Where to report what has no place of its own.
    var place: ConfigPosition? { positions.plugin ?? positions.stage }
}

import Patchbay

/// One call of a capability that is no role: bytes in, bytes out.
struct CapabilityCall {
    let target: PluginTarget
    let settings: PluginSettings
    let operation: String

    /// Makes an instance, calls it, ends it. `log` gets what the plugin reports.
    func run(
        _ input: Span<UInt8>, resolving resolve: (String) -> String = { $0 },
        log: @escaping @Sendable (LogLine) -> Void = { _ in }
    ) throws(CommandError) -> Bytes {
        let name = target.factory.manifest.name
        let schema = target.factory.manifest.configuration
        let (checked, problems) = schema.check(settings.options)
        guard var configuration = checked else {
            let problem = problems.first { $0.severity == .error }
            throw CommandError(.plugins, problem?.message ?? "the options are wrong", advice: problem?.advice)
        }
        configuration = configuration.resolvingPaths(of: schema, resolve)
        configuration.grants = settings.grants.mappingPaths(resolve)
        configuration.limits = settings.limits
        configuration.sandbox = settings.sandbox ?? .preferred
        configuration.stage = name
        configuration.scope = StageScope(stage: name, log: log)
        do throws(PluginError) {
            guard
                case .capability(var plugin) = try target.factory.makeInstance(
                    for: target.capability, configuration: configuration)
            else { throw PluginError(.invalidResult, "it does not answer calls of \(target.capability)") }
            try plugin.start(PluginContext(configuration.scope))
            var output = ByteBuffer()
            do throws(PluginError) {
                try plugin.call(target.capability, operation: operation, input: input, output: &output)
            } catch {
                plugin.stop()
                throw error
            }
            plugin.stop()
            return output.finish()
        } catch {
            throw CommandError(.runFailed, error.located(plugin: name, stage: name).description)
        }
    }
}

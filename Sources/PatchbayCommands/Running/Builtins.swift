import Patchbay
import Synchronization

/// The plugins of this program, and those in the plugin directories.
enum Builtins {
    /// Where else plugins lie.
    static let directory = OptionSpec(
        "plugin-dir", .text("FOLDER"), repeats: true, completion: .files,
        summary: "Look for plugins here first; may be repeated.")
    /// Whether programs are sandboxed.
    static let sandbox = OptionSpec(
        "sandbox", .choice(SandboxMode.allCases.map(\.rawValue)),
        summary: "Whether plugins that are programs of their own are sandboxed; preferred when left out.")

    /// What the registries of this process have started.
    private static let registries = Mutex<[PluginRegistry]>([])

    /// A registry of them; `arguments` may name more directories.
    static func registry(_ arguments: ParsedArguments? = nil) throws(CommandError) -> PluginRegistry {
        do throws(PluginError) {
            let directories = PluginDirectories.ofThisProgram(first: arguments?.all(directory.name) ?? [])
            let registry = try PluginRegistry.withBuiltIns(directories: directories)
            registries.withLock { $0.append(registry) }
            return registry
        } catch {
            throw CommandError(.plugins, "\(error)")
        }
    }

    /// Ends what runs for plugins, at the end of a command.
    static func stop() {
        let all = registries.withLock { registries in
            defer { registries = [] }
            return registries
        }
        for registry in all { registry.stop() }
    }
}

extension ParsedArguments {
    /// What `--sandbox` says; nil when it was not given.
    var sandbox: SandboxMode? { value(Builtins.sandbox.name).flatMap(SandboxMode.init) }
}

extension PipelineConfiguration {
    /// Lets the command line's word on sandboxes hold for all stages, whatever the file says.
    mutating func sandbox(_ arguments: ParsedArguments) {
        guard let mode = arguments.sandbox else { return }
        settings.sandbox = mode
        for index in stages.indices { stages[index].sandbox = nil }
    }
}

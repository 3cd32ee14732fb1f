import Patchbay

/// The plugin that a command works on: a file, or one of this program, and the one capability that is meant.
struct PluginTarget {
    let reference: PluginReference
    let factory: any PluginFactory
    let capability: Capability

    /// The plugin that `operand` names: the path of a module or a program, or the name of a plugin of this program.
    /// - Parameter wanted: the capability as `TYPE/NAME`, `TYPE` or `NAME`; nil when the plugin has only one.
    init(
        _ operand: String, capability wanted: String?, _ registry: PluginRegistry, sandbox mode: SandboxMode? = nil
    ) throws(CommandError) {
        if PluginArtifact.isFile(operand) {
            factory = try Self.open(operand, registry, mode)
            reference = .path(Self.kind(operand), path: operand)
        } else {
            let found = try Component.find(operand, in: registry)
            let chosen = found.filter { component in
                let capability = Capability(component.role, name: component.name)
                return wanted.map { [capability.description, capability.type, capability.name].contains($0) } ?? true
            }
            guard let component = chosen.first, chosen.count == 1 else {
                let names = found.map { "'\($0.role.rawValue)/\($0.name)'" }.joined(separator: " or ")
                throw .usage("several plugins are called \(operand.quotedForMessage)", advice: "write \(names)")
            }
            factory = component.factory
            capability = Capability(component.role, name: component.name)
            reference = .name(component.name, version: nil)
            return
        }
        capability = try Self.choose(wanted, factory.manifest)
    }

    /// What kind of plugin a file is: a module when it says so, else what its name says.
    static func kind(_ path: String) -> PluginReference.Kind {
        Files.beginning(of: path, count: 4) == [0x00, 0x61, 0x73, 0x6D] ? .wasm : PluginReference.kind(ofPath: path)
    }

    /// The plugin in the file at `path`, which runs in the sandbox that `mode` says if it is asked what it is.
    static func open(
        _ path: String, _ registry: PluginRegistry, _ mode: SandboxMode? = nil
    ) throws(CommandError) -> any PluginFactory {
        let kind = kind(path)
        guard let runtime = registry.runtime(kind.rawValue) else {
            throw CommandError(.plugins, "this build of patchbay has no runtime for plugins of kind '\(kind.rawValue)'")
        }
        guard Files.kind(path) == .file else {
            throw CommandError(
                .environment, "there is no plugin \(path.quotedForMessage)",
                advice: "'patchbay plugin build' makes one of a plugin's sources")
        }
        do throws(PluginError) { return try runtime.open(path, sandbox: mode ?? .preferred) } catch {
            throw CommandError(.plugins, error.description)
        }
    }

    private static func choose(_ wanted: String?, _ manifest: PluginManifest) throws(CommandError) -> Capability {
        let all = manifest.capabilities
        let found = all.filter { wanted == nil || $0.description == wanted || $0.type == wanted || $0.name == wanted }
        if let capability = found.first, found.count == 1 { return capability }
        let names = (found.isEmpty ? all : found).map { "'--capability \($0.description)'" }.joined(separator: " or ")
        let what =
            found.isEmpty ? "does not offer \(wanted.map(\.quotedForMessage) ?? "anything")" : "can do several things"
        throw .usage("\(manifest.name) \(what)", advice: all.isEmpty ? nil : "write \(names)")
    }

    /// The stage of a pipeline.
    func stage(id: String, options: ConfigNode, onError: StageConfiguration.ErrorPolicy = .fail) -> StageConfiguration?
    {
        guard let role = capability.role, let section = StageConfiguration.Section(rawValue: role.section) else {
            return nil
        }
        return StageConfiguration(
            id: id, section: section, role: role, plugin: reference, parameters: options, onError: onError)
    }
}

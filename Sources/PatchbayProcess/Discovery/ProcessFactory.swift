internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Makes instances of a plugin that is a program of its own.
///
/// Instances with the same grants, limits and sandbox share one process, which starts when the first of them is used.
final class ProcessFactory: PluginFactory {
    let manifest: PluginManifest
    let origin: String
    private let interface: ProcessInterface
    private let program: SharedProcesses.Program
    private let processes: SharedProcesses

    init(
        manifest: PluginManifest, interface: ProcessInterface, origin: String, program: SharedProcesses.Program,
        processes: SharedProcesses
    ) {
        self.manifest = manifest
        self.interface = interface
        self.origin = origin
        self.program = program
        self.processes = processes
    }

    var worksElsewhere: Bool { true }

    func enforcement(_ mode: SandboxMode) -> Enforcement { Enforcement(ofPrograms: mode) }

    func makeInstance(
        for capability: Capability, configuration: PluginConfiguration
    ) throws(PluginError) -> PluginInstance {
        guard manifest.capabilities.contains(capability) else {
            throw PluginError(.unsupported, "\(manifest.name) does not offer \(capability)")
        }
        let process = processes.process(of: program, manifest, interface, configuration)
        return try ProcessPlugin.instance(process, manifest, capability, configuration)
    }
}

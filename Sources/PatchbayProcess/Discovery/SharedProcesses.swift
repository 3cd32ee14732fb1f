internal import PatchbayPlugin
internal import PatchbayWire

/// The processes of one runtime. One is shared by all instances that may do and use the same.
final class SharedProcesses: Sendable {
    /// A program, by its content.
    struct Program: Sendable, Equatable {
        let path: String
        let digest: String
    }

    private struct Entry {
        let program: Program
        let grants: Grants
        let limits: PluginLimits
        let sandbox: SandboxMode
        let process: PluginProcess
    }
    private let entries = Guarded<[Entry]>([])

    /// The process for instances with this configuration; it starts when it is first needed.
    func process(
        of program: Program, _ manifest: PluginManifest, _ interface: ProcessInterface,
        _ configuration: PluginConfiguration
    ) -> PluginProcess {
        entries.with { entries in
            let known = entries.first { entry in
                entry.program == program && entry.grants == configuration.grants
                    && entry.limits == configuration.limits && entry.sandbox == configuration.sandbox
            }
            if let known { return known.process }
            var settings = ProcessSettings(name: manifest.name, path: program.path, interface: interface)
            settings.grants = configuration.grants
            settings.limits = configuration.limits
            settings.sandbox = configuration.sandbox
            let process = PluginProcess(settings)
            entries.append(
                Entry(
                    program: program, grants: configuration.grants, limits: configuration.limits,
                    sandbox: configuration.sandbox, process: process))
            return process
        }
    }

    /// Ends all of them that no instance holds any more.
    func stop() { entries.with { $0 = [] } }
}

extension Protection {
    /// What is in force for programs in this mode, found out by trying once.
    static func expected(_ mode: SandboxMode) -> Protection {
        guard mode != .off else { return Protection() }
        var protection = Protection(hasFilter: SystemCallFilter(network: false) != nil)
        switch Bubblewrap.shared.probe() {
        case .works: protection.hasBubblewrap = true
        case .unusable(let reason): protection.reason = reason
        case .unknown: break
        }
        return protection
    }
}

extension Enforcement {
    /// For programs in this mode: grants hold where there is a sandbox, limits always.
    init(ofPrograms mode: SandboxMode) {
        let protection = Protection.expected(mode)
        self.init(
            holdsGrants: protection.hasBubblewrap, holdsLimits: true,
            reason: protection.hasBubblewrap || mode != .preferred ? nil : protection.reason)
    }
}

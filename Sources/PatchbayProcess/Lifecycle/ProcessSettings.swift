package import PatchbayPlugin
package import PatchbayWire

/// Which program a plugin is, and how it is run.
package struct ProcessSettings: Sendable {
    /// What errors and logs call it.
    package var name: String
    /// Absolute path of the program.
    package var path: String
    /// Arguments before `server`.
    package var arguments: [String] = []
    /// How it can be talked to.
    package var interface: ProcessInterface
    /// How far it is kept apart.
    package var sandbox = SandboxMode.preferred
    /// What it may do.
    package var grants = Grants.default
    /// How much it may use.
    package var limits = PluginLimits()
    /// Milliseconds until it must be ready.
    package var startMilliseconds = 10_000
    /// Milliseconds without a session after which it is ended.
    package var idleMilliseconds = 60_000
    /// Milliseconds that it has to end after `shutdown`, before SIGTERM.
    package var shutdownMilliseconds = 1000
    /// Milliseconds that it has after SIGTERM, before SIGKILL.
    package var terminationMilliseconds = 2000
    /// Name and version of the host.
    package var host = "patchbay"

    /// A program with the usual settings.
    package init(name: String, path: String, interface: ProcessInterface = ProcessInterface()) {
        self.name = name
        self.path = path
        self.interface = interface
    }
}

internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin's process may do.
struct Isolation: Sendable {
    var mode = SandboxMode.preferred
    var grants = Grants.default
    var limits = PluginLimits()

    /// Whether it may reach other machines.
    func allowsNetwork(_ transport: Transport) -> Bool { transport == .tcp || grants.allowsAny(.connect) }
}

/// A command line made into one that runs confined.
struct ConfinedProgram: Sendable {
    var path: String
    var arguments: [String]
    var environment: [String: String]
    let directory: RunDirectory
    /// Descriptors behind the three standard ones.
    var descriptors: [Descriptor] = []
    var filter: SystemCallFilter?
    var limits: [ResourceLimit]
    var gainsNoPrivileges = true
    var protection = Protection()
    /// Where bubblewrap reports the process id of what it runs.
    var report: Descriptor?

    /// Confines `path` as far as the mode wants and this system can.
    ///
    /// Throws when the mode is `required` and something is missing.
    init(
        path: String, arguments: [String], _ isolation: Isolation, _ directory: RunDirectory, transport: Transport,
        bubblewrap: Bubblewrap = .shared
    ) throws(PluginError) {
        self.path = path
        self.arguments = arguments
        self.directory = directory
        environment = PluginEnvironment.variables(isolation.grants, directory)
        limits = ResourceLimit.plugin(isolation.limits, isolation.grants)
        guard isolation.mode != .off else { return }
        let network = isolation.allowsNetwork(transport)
        let filter = SystemCallFilter(network: network)
        protection.hasFilter = filter != nil
        if filter == nil { protection.reason = "no filter of system calls for this architecture" }
        switch isolation.mode == .required ? bubblewrap.probe() : bubblewrap.known {
        case .works(let path): try wrap(path, filter, isolation, network)
        case .unknown:
            if let path = Bubblewrap.path { try wrap(path, filter, isolation, network) }
        case .unusable(let reason):
            protection.reason = reason
            self.filter = filter
        }
        guard isolation.mode == .required, !(protection.hasBubblewrap && protection.hasFilter) else { return }
        throw PluginError(
            .denied, "the sandbox is required and cannot be had", cause: protection.reason,
            advice: "install bubblewrap and allow user namespaces, or run with --sandbox preferred")
    }

    private mutating func wrap(
        _ bubblewrap: String, _ filter: SystemCallFilter?, _ isolation: Isolation, _ network: Bool
    ) throws(PluginError) {
        let status = try Descriptor.pipe()
        var options = Bubblewrap.arguments(
            visible: VisibleDirectories.of(program: path), grants: isolation.grants, network: network,
            directory: directory)
        // Bubblewrap needs the calls that the filter refuses, so it sets it itself, last of all.
        if let filter {
            descriptors = [try Descriptor.memory(filter.instructions), status.writes]
            options += ["--seccomp", "3", "--json-status-fd", "4"]
        } else {
            descriptors = [status.writes]
            options += ["--json-status-fd", "3"]
        }
        arguments = ["bwrap"] + options + ["--", path] + arguments.dropFirst()
        path = bubblewrap
        report = status.reads
        protection.hasBubblewrap = true
        // It forbids that itself for what it runs; where it is installed with the rights of the superuser it needs them.
        gainsNoPrivileges = false
    }

    /// The launch of the confined program with these standard descriptors.
    func launch(_ standard: [Descriptor]) -> Launch {
        var launch = Launch(path: path, arguments: arguments, descriptors: standard + descriptors)
        // Bubblewrap gives up when nobody can read its report.
        launch.held = report.map { [$0] } ?? []
        launch.environment = environment
        launch.directory = directory.work
        launch.limits = limits
        launch.filter = filter
        launch.gainsNoPrivileges = gainsNoPrivileges
        return launch
    }
}

internal import Glibc
internal import PatchbayPlugin

/// The program `bwrap`, which gives another one a file system, a network and a table of processes of its own.
final class Bubblewrap: Sendable {
    static let shared = Bubblewrap()

    /// Whether it can be used.
    enum State: Sendable, Equatable {
        case unknown
        /// It is at this path and has worked.
        case works(String)
        /// It is not there, or this system does not let it work.
        case unusable(String)
    }
    private let state: Guarded<State>

    init(_ state: State = .unknown) { self.state = Guarded(state) }

    /// Descriptors of the program beyond the standard ones: the filter, and where it reports.
    static let filterNumber = 3
    static let statusNumber = 4

    /// Its path; nil when it is not installed.
    static var path: String? { PluginEnvironment.find("bwrap") }

    /// What is known without trying: `unknown` when it is installed and was not tried yet.
    var known: State {
        state.with { state in
            if state == .unknown, Self.path == nil { state = .unusable("bubblewrap is not installed") }
            return state
        }
    }

    /// Whether it works here, found out by running a program that does nothing; remembered for the life of the host.
    func probe() -> State {
        guard known == .unknown, let path = Self.path else { return known }
        let result = Self.attempt(path)
        state.with { $0 = result }
        return result
    }

    /// It has worked for a plugin.
    func hasWorked(at path: String) { state.with { if $0 == .unknown { $0 = .works(path) } } }

    private static func attempt(_ path: String) -> State {
        guard let program = ["/usr/bin/true", "/bin/true"].first(where: FileTree.isExecutable) else {
            return .unusable("there is no program 'true' to try bubblewrap with")
        }
        let arguments = ["bwrap"] + arguments(visible: [], grants: .none, network: false, directory: nil)
        do throws(PluginError) {
            var launch = Launch(path: path, arguments: arguments + ["--", program], descriptors: [])
            launch.gainsNoPrivileges = false
            let result = try ProgramRun.run(launch, milliseconds: 5000, outputLimit: 4096)
            if result.end == .exited(0) { return .works(path) }
            let text = result.errors
            return .unusable("bubblewrap does not work here: \(text.isEmpty ? result.end.description : text)")
        } catch {
            return .unusable("bubblewrap does not work here: \(error.message)")
        }
    }

    /// Its options.
    ///
    /// - Parameter visible: directories that are shown read-only besides those of the system.
    /// - Parameter directory: the program's own directory, which it may write to.
    static func arguments(
        visible: [String], grants: Grants, network: Bool, directory: RunDirectory?
    ) -> [String] {
        var arguments = [
            "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try",
        ]
        if !network { arguments.append("--unshare-net") }
        // An ordinary user gets the right to do this in a namespace of users; what is inside may make no further one.
        if geteuid() != 0 { arguments.append("--unshare-user") }
        func show(_ paths: [String], _ option: String = "--ro-bind-try") {
            for path in paths { arguments += [option, path, path] }
        }
        arguments += VisibleDirectories.options
        if network { show(VisibleDirectories.networkFiles) }
        arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        show(visible)
        for grant in grants.all {
            switch grant {
            case .read(let path): show(spellings(path))
            case .write(let path): show(spellings(path), "--bind-try")
            default: break
            }
        }
        if let directory {
            arguments += ["--bind", directory.path, directory.path, "--chdir", directory.work]
        }
        return arguments + ["--cap-drop", "ALL"]
    }

    /// A granted path as it was written and as it resolves: the plugin may use either.
    private static func spellings(_ path: String) -> [String] {
        guard let canonical = CanonicalPath(path)?.text else { return [] }
        return path.hasPrefix("/") && path != canonical ? [canonical, path] : [canonical]
    }
}

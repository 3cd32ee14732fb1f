internal import PatchbayPlugin

/// A shell that waits for the host's death: it holds the end of a socket, and when the other is closed it kills the groups that
/// it was told of and removes the host's directory.
///
/// The kernel kills the plugins themselves together with the host; their children only the guard knows.
final class GroupGuard: Sendable {
    static let shared = GroupGuard()

    private struct State {
        var child: ChildProcess?
        var lifeline: Descriptor?
        var groups: Set<Int32> = []
    }
    private let state = Guarded(State())
    private let starting = Guarded(())

    private static let script = """
        trap '' HUP INT QUIT TERM PIPE
        groups=' '
        while read -r line; do
            group=${line#?}
            case $line in
            +*) groups="$groups$group " ;;
            -*) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
            esac
        done
        for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
        rm -rf -- "$1" 2>/dev/null || { chmod -R u+rwx -- "$1"; rm -rf -- "$1"; } 2>/dev/null
        """

    /// Begins to watch over `directory`, if that is not done already. Throws when there is no shell.
    func start(directory: String) throws(PluginError) {
        // One at a time: a guard too many would do its work at its end, and remove the directory under the programs.
        try starting.with { (_) throws(PluginError) in try begin(directory) }
    }

    private func begin(_ directory: String) throws(PluginError) {
        let isRunning = state.with { $0.child?.hasEnded == false }
        if isRunning { return }
        // A socket, since writing to a pipe whose reader is gone would be a signal for the host.
        let (reads, writes) = try Descriptor.socketPair()
        let null = try Descriptor.null()
        var launch = Launch(
            path: "/bin/sh", arguments: ["sh", "-c", Self.script, "patchbay-guard", directory],
            descriptors: [reads, null, null])
        launch.environment = ["PATH": "/usr/bin:/bin"]
        launch.diesWithHost = false
        let child = try ProcessMonitor.shared.start(launch)
        state.with { state in
            // Another thread may have been faster; the one more ends with its socket.
            guard state.child?.hasEnded != false else { return }
            state.child = child
            state.lifeline = writes
            for group in state.groups { writes.send(Self.line("+", group)) }
        }
    }

    /// A group that is to die with the host.
    func add(_ group: Int32) {
        state.with { state in
            state.groups.insert(group)
            state.lifeline?.send(Self.line("+", group))
        }
    }

    /// A group that is gone.
    func remove(_ group: Int32) {
        state.with { state in
            state.groups.remove(group)
            state.lifeline?.send(Self.line("-", group))
        }
    }

    /// Lets the guard end, which does its work once more; waits for it up to the moment.
    func finish(until moment: UInt64) {
        let child = state.with { state in
            defer {
                state.lifeline = nil
                state.child = nil
            }
            return state.child
        }
        _ = child?.waitUntilDone(until: moment)
    }

    private static func line(_ sign: String, _ group: Int32) -> [UInt8] { Array("\(sign)\(group)\n".utf8) }
}

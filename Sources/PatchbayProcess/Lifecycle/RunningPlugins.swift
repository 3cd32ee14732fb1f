internal import Glibc
internal import PatchbayPlugin

/// All programs of this host that serve, so that they can be ended with it.
final class RunningPlugins: Sendable {
    static let shared = RunningPlugins()

    private struct State {
        var all: [Served] = []
        var isRegistered = false
    }
    private let state = Guarded(State())

    func add(_ served: Served) {
        let isFirst = state.with { state in
            // The monitor may have been faster with its end.
            if served.child.end == nil { state.all.append(served) }
            defer { state.isRegistered = true }
            return !state.isRegistered
        }
        // For hosts that just return from main: their plugins are asked, too.
        if isFirst { atexit { RunningPlugins.shared.stopAll() } }
    }

    func remove(_ served: Served) {
        state.with { state in state.all.removeAll { $0 === served } }
    }

    func stopAll() {
        let all = state.with { $0.all }
        let end = all.map(\.latestEnd).max() ?? 0
        for served in all { served.stop() }
        for served in all { _ = served.child.waitUntilDone(until: end) }
        GroupGuard.shared.finish(until: MonotonicClock.nanoseconds &+ 500_000_000)
        HostDirectory.shared.remove()
    }
}

/// How much a plugin that is a program of its own is kept apart from the rest of the system.
public enum SandboxMode: String, Sendable, CaseIterable {
    /// It does not run unless bubblewrap and the filter of system calls are in force.
    case required
    /// With what this system offers.
    case preferred
    /// Not at all, but for its environment, its directory and its limits.
    case off
}

/// What is in force for a plugin, and why it is not more.
struct Protection: Sendable, Equatable {
    var hasBubblewrap = false
    var hasFilter = false
    var reason: String?

    /// `bubblewrap+seccomp`, `seccomp (bubblewrap is not installed)`, `off`.
    var description: String {
        let parts = (hasBubblewrap ? ["bubblewrap"] : []) + (hasFilter ? ["seccomp"] : [])
        let words = parts.isEmpty ? "off" : parts.joined(separator: "+")
        return reason.map { "\(words) (\($0))" } ?? words
    }
}

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

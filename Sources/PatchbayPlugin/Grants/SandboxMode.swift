/// Whether a plugin that is a program of its own runs behind walls that the operating system puts up.
///
/// Plugins inside of the host have none, and a WebAssembly module cannot be without; for both it says nothing.
public enum SandboxMode: String, Sendable, CaseIterable {
    /// It does not run when they cannot be put up.
    case required
    /// They are put up where the system can; where it cannot, the operator is told.
    case preferred
    /// It runs with the rights of the host's user.
    case off
}

/// How far a plugin's instances are bound by what a stage grants and limits.
public struct Enforcement: Sendable, Equatable {
    /// Whether they can do only what ``PluginConfiguration/grants`` allow.
    public var holdsGrants: Bool
    /// Whether they can use only what ``PluginConfiguration/limits`` allow.
    public var holdsLimits: Bool
    /// Why there is no sandbox though one was wished for; nil when there is one, or none was wished for.
    public var reason: String?

    /// An enforcement.
    public init(holdsGrants: Bool, holdsLimits: Bool, reason: String? = nil) {
        self.holdsGrants = holdsGrants
        self.holdsLimits = holdsLimits
        self.reason = reason
    }
}

/// How plugins of the Open Component Model are started.
public struct OCMOptions: Sendable {
    /// Milliseconds within which a plugin must say where it listens, and answer there.
    public var startMilliseconds = 10_000
    /// Milliseconds after which a plugin that nobody uses exits by itself; it is started again when it is needed.
    public var idleMilliseconds = 3_600_000
    /// Milliseconds after SIGINT until SIGTERM follows; SIGKILL half as much later.
    public var stopMilliseconds = 2000
    /// Milliseconds for a sign of life after a call that was not answered in time.
    public var healthMilliseconds = 1000
    /// Whether the plugin is asked for a port of this machine in place of a socket in the file system.
    public var usesTCP = false
    /// Working directory; nil for that of the host, as plugins of OCM expect it.
    public var directory: String?

    /// The defaults.
    public init() {}
}

internal import Glibc

/// The few other questions to the operating system.
enum HostSystem {
    /// An environment variable; nil if it is not set.
    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// What the system says about its last refusal.
    static func reason() -> String { unsafe String(cString: strerror(errno)) }
}

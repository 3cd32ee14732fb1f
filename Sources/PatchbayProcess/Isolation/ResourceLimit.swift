internal import Glibc
internal import PatchbayPlugin

/// A limit of the kernel for one process.
struct ResourceLimit: Sendable, Equatable {
    /// `RLIMIT_...`
    let resource: CInt
    /// Soft and hard limit alike; only ever lowers what the host has.
    let value: UInt64

    /// What a program needs before it does anything: its runtime, and the stacks of its threads, which count with their
    /// full size of mostly 8 MB whether they are used or not.
    static let memorySlack = 1 << 30
    /// Files that a program has open for itself: libraries, connections of the host.
    static let fileSlack = 1024
    /// Processes and threads of the user that a fork bomb cannot go beyond; the superuser is not bound by it.
    static let processes: UInt64 = 8192
    /// Bytes of one file when no path may be written to: what fills the plugin's own directory.
    static let fileSize: UInt64 = 256 << 20

    /// The limits of a plugin's process.
    ///
    /// Memory is counted as private writable memory (`RLIMIT_DATA`), not as address space: runtimes reserve far more of
    /// that than they use. It holds for each process that the plugin makes.
    static func plugin(_ limits: PluginLimits, _ grants: Grants) -> [ResourceLimit] {
        var all = [
            ResourceLimit(resource: CInt(RLIMIT_CORE.rawValue), value: 0),
            ResourceLimit(resource: CInt(RLIMIT_DATA.rawValue), value: UInt64(clamping: limits.memory &+ memorySlack)),
            ResourceLimit(
                resource: CInt(RLIMIT_NOFILE.rawValue), value: UInt64(clamping: fileSlack &+ limits.openHandles)),
            ResourceLimit(resource: CInt(__RLIMIT_NPROC.rawValue), value: processes),
        ]
        if !grants.allowsAny(.write) {
            all.append(ResourceLimit(resource: CInt(RLIMIT_FSIZE.rawValue), value: fileSize))
        }
        return all
    }
}

internal import Glibc
internal import PatchbayCore
internal import PatchbayModule
internal import PatchbayPlugin

/// The file of a program as it is now.
struct ProgramFile: Sendable, Equatable {
    /// By what a changed file is told without reading it.
    struct Identity: Sendable, Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        /// Nanoseconds since 1970 of the last change of the content, and of the file's attributes, which nobody can set.
        let modified: Int64
        let changed: Int64
    }

    /// The path under which it was found.
    let path: String
    let identity: Identity
    /// Its type and its permissions, as in `st_mode`.
    let mode: UInt32

    /// The file at `path`, links followed; nil when there is none.
    init?(_ path: String) {
        var status = stat()
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return nil }
        self.path = path
        mode = status.st_mode
        identity = Identity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: Self.nanoseconds(status.st_mtim), changed: Self.nanoseconds(status.st_ctim))
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Whether it is a regular file that this user may execute.
    var isProgram: Bool {
        unsafe mode & S_IFMT == S_IFREG && identity.size > 0 && access(path, X_OK) == 0
    }

    /// Whether everybody may change it: whoever does decides what runs here.
    var isWritableByAll: Bool { mode & 0o002 != 0 }

    /// Whether its attributes changed so short a time ago that they may not tell the next change: clocks of file systems
    /// tick some hundred times in a second.
    var isFresh: Bool {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let age = Self.nanoseconds(now) &- identity.changed
        return age >= 0 && age < 100_000_000
    }

    /// The SHA-256 of its content, read in pieces.
    func digest() throws(PluginError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw PluginError(.io, "\(path.quotedForMessage) cannot be read", cause: Descriptor.reason())
        }
        let file = Descriptor(owning: descriptor)
        var digest = SHA256()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            switch file.read(into: &buffer) {
            case .bytes(let count): digest.update(buffer.span.extracting(0..<count))
            case .nothing: throw PluginError(.io, "\(path.quotedForMessage) cannot be read")
            case .end: return digest.hexadecimal()
            }
        }
    }
}

internal import PatchbayPlugin

/// The private directory of this host, with one directory for each start of a plugin: its socket, home and working
/// directory.
///
/// A lock on a file in it says that the host lives. Directories of hosts that do not are removed after the first plugin was
/// started; this host's own is removed by ``GroupGuard`` when it dies.
final class HostDirectory: Sendable {
    static let shared = HostDirectory()

    private struct State {
        var path: String?
        var lock: Descriptor?
        var starts = 0
    }
    private let state = Guarded(State())
    private static let prefix = "patchbay-"
    /// The file whose lock says that the host lives. By its name a sweep knows that a directory is one of these.
    static let lockName = "patchbay-host.lock"
    /// Entries that are removed at once; the rest is removed when the host ends.
    static let removalLimit = 20_000

    /// The directory; made when it is not there.
    func path() throws(PluginError) -> String {
        try state.with { (state) throws(PluginError) in try Self.path(&state) }
    }

    /// A new directory for one start, with mode 0700.
    func makeRunDirectory() throws(PluginError) -> RunDirectory {
        try state.with { (state) throws(PluginError) in
            let path = try Self.path(&state)
            while true {
                state.starts += 1
                let directory = RunDirectory(path: "\(path)/\(state.starts)")
                if try FileTree.make(directory.path) {
                    for part in [directory.home, directory.temporary, directory.work] {
                        _ = try FileTree.make(part)
                    }
                    return directory
                }
            }
        }
    }

    /// Removes the directory, at the end of the host.
    func remove() {
        state.with { state in
            guard let path = state.path else { return }
            FileTree.remove(path)
            state.path = nil
            state.lock = nil
        }
    }

    private static func path(_ state: inout State) throws(PluginError) -> String {
        if let path = state.path, FileTree.status(of: path)?.isDirectory == true { return path }
        let base = base()
        // Apart from this: the first start does not wait until a long list of files was read.
        try DetachedThread.start { sweep(base) }
        while true {
            let path = "\(base)/\(prefix)\(FileTree.randomDigits(bytes: 4))"
            guard try FileTree.make(path) else { continue }
            // Another host that sweeps may have been faster with the lock: then the directory is its, and goes.
            guard let lock = FileTree.lock(path + "/\(lockName)", makes: true),
                FileTree.status(of: path + "/\(lockName)")?.isFile == true
            else { continue }
            state.path = path
            state.lock = lock
            return path
        }
    }

    /// Where directories are made: that of the user's session, else the one for everybody's temporary files. The path of
    /// a socket has room for 108 bytes only.
    private static func base() -> String {
        if let path = FileTree.variable("XDG_RUNTIME_DIR"), path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 60,
            FileTree.status(of: path)?.isOwn == true, FileTree.isWritable(path)
        {
            return path
        }
        return "/tmp"
    }

    /// Removes what dead hosts have left behind.
    private static func sweep(_ base: String) {
        for name in FileTree.names(in: base) where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 8 {
            guard UInt32(name.dropFirst(prefix.count), radix: 16) != nil else { continue }
            let path = "\(base)/\(name)"
            guard let status = FileTree.status(of: path), status.isDirectory, status.isOwn else { continue }
            if let lock = FileTree.lock(path + "/\(lockName)", makes: false) {
                FileTree.remove(path, most: removalLimit)
                _ = lock
            } else if FileTree.status(of: path + "/\(lockName)") == nil, status.age > 60 {
                // It is being made right now, or somebody died in that; no more than the empty directory is removed.
                FileTree.remove(path, most: 0)
            }
        }
    }
}

/// The directory of one start of a plugin.
struct RunDirectory: Sendable {
    let path: String

    /// The home that its variables name.
    var home: String { path + "/home" }
    /// For temporary files.
    var temporary: String { path + "/tmp" }
    /// Where it runs.
    var work: String { path + "/work" }
    /// The socket that it makes.
    var socket: String { path + "/s" }

    /// Removes it.
    func remove() { FileTree.remove(path, most: HostDirectory.removalLimit) }
}

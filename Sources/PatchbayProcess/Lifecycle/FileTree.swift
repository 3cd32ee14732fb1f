internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayPlugin

/// Directories of this user alone, made and removed. The one file of this module that does so.
enum FileTree {
    /// Makes a directory with mode 0700. False when something of that name is there already.
    static func make(_ path: String) throws(PluginError) -> Bool {
        if unsafe mkdir(path, 0o700) == 0 { return true }
        if errno == EEXIST { return false }
        throw PluginError(
            .io, "cannot make the directory \(path.quotedForMessage)", cause: Descriptor.reason(),
            advice: "set XDG_RUNTIME_DIR to a directory that can be written to")
    }

    /// Removes a directory and all that is in it. False when it could not be removed, or has more entries than `most`,
    /// which are removed first.
    @discardableResult
    static func remove(_ path: String, most: Int = .max) -> Bool {
        unsafe patchbay_remove_tree(path, most) == 0
    }

    /// What a path is, itself and not what a link leads to.
    struct Status {
        let isDirectory: Bool
        let isFile: Bool
        let isOwn: Bool
        /// Seconds since it was changed.
        let age: Int
    }

    static func status(of path: String) -> Status? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        let kind = status.st_mode & S_IFMT
        return Status(
            isDirectory: kind == S_IFDIR, isFile: kind == S_IFREG, isOwn: status.st_uid == geteuid(),
            age: time(nil) - status.st_mtim.tv_sec)
    }

    /// Whether this process may write into a directory.
    static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK | X_OK) == 0 }

    /// Whether this process may read a file or look into a directory.
    static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

    /// Whether this process may execute a file.
    static func isExecutable(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0 && status(of: path)?.isDirectory == false
    }

    /// The names in a directory.
    static func names(in path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Opens a file and locks it against other processes; nil when one has the lock, or there is no such file.
    static func lock(_ path: String, makes: Bool) -> Descriptor? {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (makes ? O_CREAT : 0)
        let number = unsafe open(path, flags, 0o600)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        return flock(number, LOCK_EX | LOCK_NB) == 0 ? file : nil
    }

    /// The first bytes of a file.
    static func beginning(of path: String, count: Int) -> [UInt8] {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        guard case .bytes(let read) = Descriptor(owning: number).read(into: &bytes) else { return [] }
        return Array(bytes.prefix(read))
    }

    /// A variable of this process.
    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Bytes that nobody can guess, in hexadecimal digits.
    static func randomDigits(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        var digits = ""
        while digits.utf8.count < 2 * count {
            let word = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
            digits += String(repeating: "0", count: 16 - word.utf8.count) + word
        }
        return String(digits.prefix(2 * count))
    }
}

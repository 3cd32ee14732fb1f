import Glibc
import Patchbay

/// Files and folders of the process. Errors end the command with ``ExitStatus/environment``.
enum Files {
    /// What a path leads to, links followed.
    enum Kind { case file, folder, other }

    /// What is at `path`; nil when there is nothing.
    static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// The content of the regular file at `path`, of at most `limit` bytes.
    static func read(_ path: String, limit: Int) throws(CommandError) -> Bytes {
        let failure = "the file \(path.quotedForMessage) cannot be read"
        // Without O_NONBLOCK, opening a named pipe that nobody writes would wait for ever.
        let descriptor = path.utf8.contains(0) ? -1 : unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refused(failure) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw refused(failure) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file"
            throw CommandError(.environment, "\(failure): \(what)")
        }
        guard status.st_size <= limit else {
            throw CommandError(.environment, "\(failure): it has \(status.st_size) bytes; the limit is \(limit)")
        }
        return try drain(descriptor, expecting: Int(status.st_size), limit: limit, failure)
    }

    /// Whether there is a regular file at `path` that this user may execute.
    static func isProgram(_ path: String) -> Bool { unsafe kind(path) == .file && access(path, X_OK) == 0 }

    /// The first bytes of the regular file at `path`; none when it cannot be read.
    static func beginning(of path: String, count: Int) -> [UInt8] {
        guard kind(path) == .file else { return [] }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return Array(bytes.prefix(max(0, got)))
    }

    /// All of standard input, of at most `limit` bytes.
    static func standardInput(limit: Int) throws(CommandError) -> Bytes {
        try drain(0, expecting: 4096, limit: limit, "standard input cannot be read")
    }

    private static func drain(
        _ descriptor: Int32, expecting size: Int, limit: Int, _ failure: String
    ) throws(CommandError) -> Bytes {
        var content = ByteBuffer(capacity: size + 1)
        while content.count <= limit {
            let count = try content.append(upTo: 64 << 10) { (room) throws(CommandError) -> Int in
                while true {
                    let got = unsafe room.withUnsafeMutableBytes {
                        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
                    }
                    if got >= 0 { return got }
                    if errno != EINTR { throw refused(failure) }
                }
            }
            if count == 0 { return content.finish() }
        }
        throw CommandError(.environment, "\(failure): it has more than \(limit) bytes")
    }

    /// The text of the regular file at `path`, of at most 16 MiB; what is not UTF-8 is repaired.
    static func text(_ path: String) throws(CommandError) -> String { try read(path, limit: 16 << 20).text }

    /// Writes the file at `path` anew, as a whole or not at all.
    static func write(_ path: String, _ bytes: Span<UInt8>, mode: mode_t = 0o666) throws(CommandError) {
        let failure = "the file \(path.quotedForMessage) cannot be written"
        let draft = "\(path).\(getpid()).new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw refused(failure) }
        var isWhole = unsafe bytes.withUnsafeBufferPointer { bytes in
            var done = 0
            while done < bytes.count {
                let count = unsafe Glibc.write(
                    descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                done += count
            }
            return true
        }
        let reason = errno
        isWhole = close(descriptor) == 0 && isWhole
        guard isWhole, unsafe rename(draft, path) == 0 else {
            let cause = isWhole ? errno : reason
            unsafe unlink(draft)
            errno = cause
            throw refused(failure)
        }
    }

    /// Makes the folder at `path` and those above it, where they are missing.
    static func makeFolder(_ path: String) throws(CommandError) {
        guard !path.isEmpty, kind(path) != .folder else { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
        guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST && kind(path) == .folder else {
            throw refused("the folder \(path.quotedForMessage) cannot be made")
        }
    }

    /// Makes a new folder in the one at `path`, which no other process uses, and returns its path.
    static func makeTemporaryFolder(in path: String) throws(CommandError) -> String {
        let folder = unsafe "\(path)/.new-XXXXXX".withCString { (template) -> String? in
            guard let copy = unsafe strdup(template) else { return nil }
            defer { unsafe free(copy) }
            return unsafe mkdtemp(copy).map { unsafe String(cString: $0) }
        }
        guard let folder else { throw refused("a folder in \(path.quotedForMessage) cannot be made") }
        return folder
    }

    /// The names in the folder at `path`, sorted by their bytes; none when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let stream = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The paths of all files below the folder at `path`, relative to it, sorted; links to folders are not followed.
    static func tree(_ path: String, isLeftOut: (String) -> Bool = { _ in false }) -> [String] {
        names(in: path).flatMap { name -> [String] in
            if isLeftOut(name) { return [] }
            let inner = "\(path)/\(name)"
            var status = stat()
            guard unsafe lstat(inner, &status) == 0 else { return [] }
            if status.st_mode & S_IFMT == S_IFDIR {
                return tree(inner, isLeftOut: isLeftOut).map { "\(name)/\($0)" }
            }
            return kind(inner) == .file ? [name] : []
        }
    }

    /// The absolute path without links; nil when nothing is there.
    static func resolved(_ path: String) -> String? {
        guard let found = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    /// Size and time of the last change as one word, which differs when the file was written in between.
    static func fingerprint(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return "\(status.st_size).\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec).\(status.st_ino)"
    }

    /// Takes the folder at `path` and all in it away.
    static func remove(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in names(in: path) { remove("\(path)/\(name)") }
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
    }

    /// Gives what is at `path` another path; false when the system refuses.
    static func move(_ path: String, to target: String) -> Bool { unsafe rename(path, target) == 0 }

    private static func refused(_ what: String) -> CommandError {
        let cause = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? ""
        return CommandError(.environment, "\(what): \(cause)")
    }
}

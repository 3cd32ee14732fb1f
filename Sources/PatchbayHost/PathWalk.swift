internal import Glibc
internal import PatchbayPlugin

/// Opens a resolved path name by name from the root, following no link: one that was put there after the path was
/// resolved makes it fail. What was opened is looked at once more before anything is done to it.
enum PathWalk {
    /// How a file is opened.
    enum Mode: Int32 {
        /// It must exist.
        case read = 0
        /// Made, or emptied.
        case write = 1
        /// Made, or extended.
        case append = 2

        fileprivate var flags: CInt {
            switch self {
            case .read: O_RDONLY
            case .write: O_WRONLY | O_CREAT
            case .append: O_WRONLY | O_CREAT | O_APPEND
            }
        }
    }

    /// To pass through a directory takes no right to read it. The number is that of Linux on x86 and ARM; the headers
    /// hide the name.
    private static let pathOnly: CInt = 0o10000000

    /// Why there is no file.
    enum Failure: Error {
        /// `errno`.
        case system(CInt)
        /// It lies somewhere else than its path said.
        case elsewhere
    }

    /// Opens `path`, which must still lie below one of `roots` afterwards.
    static func open(_ path: CanonicalPath, _ mode: Mode, within roots: [CanonicalPath]) throws(Failure) -> HostFile {
        let names = path.names
        guard let last = names.last else { throw .system(EISDIR) }
        var directory = unsafe Glibc.open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(errno) }
        for name in names.dropLast() {
            let next = retrying {
                unsafe openat(directory, String(name), Self.pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            let code = errno
            Glibc.close(directory)
            guard next >= 0 else { throw .system(code) }
            directory = next
        }
        // Without O_NONBLOCK a named pipe would keep the caller until its other end is there.
        let flags = mode.flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let descriptor = retrying { unsafe openat(directory, String(last), flags, 0o666) }
        let code = errno
        Glibc.close(directory)
        guard descriptor >= 0 else { throw .system(code) }
        return try check(descriptor, mode, roots)
    }

    private static func check(_ descriptor: CInt, _ mode: Mode, _ roots: [CanonicalPath]) throws(Failure) -> HostFile {
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        let kind = status.st_mode & S_IFMT
        let file = HostFile(descriptor: descriptor, kind: kind == S_IFREG ? .regular : .stream)
        guard isKnown, kind != S_IFDIR else { throw .system(isKnown ? EISDIR : errno) }
        // A directory on the way may have been moved away with all that is in it. Where /proc is missing the walk alone
        // has to do.
        if let place = link("/proc/self/fd/\(descriptor)") {
            guard let found = CanonicalPath(place), found.text == place, roots.contains(where: { $0.covers(found) })
            else { throw .elsewhere }
        }
        if mode == .write, kind == S_IFREG, retrying({ ftruncate(descriptor, 0) }) != 0 { throw .system(errno) }
        return file
    }

    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4097)
        let count = unsafe readlink(path, &bytes, 4096)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

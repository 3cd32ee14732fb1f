import Glibc
import PatchbayCore
import PatchbayPlugin

/// An open file, closed at the end of its life. The one place of the module where descriptors are touched.
///
/// Source of the behaviour: POSIX.1-2024 `open`, `read`, `write`, `poll`.
struct FileDescriptor: ~Copyable {
    /// What lies behind a path.
    enum Kind: Sendable, Equatable {
        /// A file with a size, which never keeps a reader waiting.
        case regular(size: UInt64)
        /// A directory.
        case directory
        /// A pipe, socket, terminal or other device.
        case stream
    }

    /// What arrived at a read.
    enum Arrival: Equatable {
        /// So many bytes, at least one.
        case bytes(Int)
        /// Nothing within the time.
        case nothing
        /// The end.
        case end
    }

    private let number: CInt
    private let isOwned: Bool
    /// The path, for messages.
    let name: String
    /// What kind of file it is.
    let kind: Kind

    private init(number: CInt, isOwned: Bool, name: String) throws(PluginError) {
        self.number = number
        self.isOwned = isOwned
        self.name = name
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            throw Self.failure("cannot look at \(name)", errno)
        }
        kind = Self.kind(of: status)
    }

    deinit {
        if isOwned { _ = Glibc.close(number) }
    }

    /// The process's standard input.
    static func standardInput() throws(PluginError) -> FileDescriptor {
        try FileDescriptor(number: STDIN_FILENO, isOwned: false, name: "standard input")
    }

    /// The process's standard output.
    static func standardOutput() throws(PluginError) -> FileDescriptor {
        try FileDescriptor(number: STDOUT_FILENO, isOwned: false, name: "standard output")
    }

    /// Takes over a descriptor that somebody else opened.
    static func adopting(_ number: CInt, name: String) throws(PluginError) -> FileDescriptor {
        try FileDescriptor(number: number, isOwned: true, name: name)
    }

    /// Opens a file for reading. A named pipe without a writer does not keep the caller waiting.
    static func reading(_ path: String) throws(PluginError) -> FileDescriptor {
        let number = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard number >= 0 else { throw failure("cannot open \(path)", errno) }
        return try FileDescriptor(number: number, isOwned: true, name: path)
    }

    /// Opens a file for writing, or makes it.
    static func writing(_ path: String, mode: OpenMode) throws(PluginError) -> FileDescriptor {
        let flags =
            switch mode {
            case .overwrite: O_CREAT | O_TRUNC
            case .append: O_CREAT | O_APPEND
            case .create: O_CREAT | O_EXCL
            }
        let number = retrying { unsafe open(path, O_WRONLY | O_CLOEXEC | flags, 0o666) }
        guard number >= 0 else { throw failure("cannot write to \(path)", errno) }
        return try FileDescriptor(number: number, isOwned: true, name: path)
    }

    /// Makes the directories that `path` lies in, where they do not exist.
    static func makeDirectories(of path: String) throws(PluginError) {
        let bytes = Array(path.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") && index > 0 {
            let directory = String(decoding: bytes[..<index], as: UTF8.self)
            if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST {
                throw failure("cannot make the directory \(directory)", errno)
            }
        }
    }

    /// What lies at `path`.
    static func kind(at path: String) throws(PluginError) -> Kind {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw failure("cannot open \(path)", errno) }
        return kind(of: status)
    }

    private static func kind(of status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .regular(size: UInt64(max(0, status.st_size)))
        case S_IFDIR: .directory
        default: .stream
        }
    }

    /// Whether it is a terminal.
    var isTerminal: Bool { isatty(number) == 1 }

    /// Reads once into the start of `buffer`, `limit` bytes at most. A stream is waited for no longer than `wait` ms;
    /// a signal ends the wait.
    func read(into buffer: inout MutableSpan<UInt8>, limit: Int, wait: CInt) throws(PluginError) -> Arrival {
        let size = min(limit, buffer.count)
        guard size > 0 else { return .nothing }
        if kind == .stream {
            var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&request, 1, wait)
            if ready == 0 || (ready < 0 && errno == EINTR) { return .nothing }
            if ready < 0 { throw Self.failure("cannot wait for \(name)", errno) }
        }
        let count = unsafe buffer.withUnsafeMutableBytes { memory in
            Self.retrying { unsafe Glibc.read(number, memory.baseAddress, size) }
        }
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        if errno == EAGAIN || errno == EWOULDBLOCK { return .nothing }
        throw Self.failure("cannot read \(name)", errno)
    }

    /// Writes all of `bytes`. A pipe whose reader is gone is an error with the code `closed`, not a signal.
    func write(_ bytes: Span<UInt8>) throws(PluginError) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(droppingFirst: done)
            let written = kind == .stream ? Self.withoutPipeSignal { write(some: rest) } : write(some: rest)
            if written >= 0 {
                done += written
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                waitUntilWritable()
            } else if errno == EPIPE {
                throw PluginError(.closed, "cannot write to \(name)", cause: "its reader has gone")
            } else {
                throw Self.failure("cannot write to \(name)", errno)
            }
        }
    }

    private func write(some bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { memory in
            Self.retrying { unsafe Glibc.write(number, memory.baseAddress, memory.count) }
        }
    }

    private func waitUntilWritable() {
        var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&request, 1, 100)
    }

    /// Hands what was written to the device; streams have none.
    func synchronize() throws(PluginError) {
        guard case .regular = kind else { return }
        if Self.retrying({ fdatasync(number) }) != 0 { throw Self.failure("cannot write to \(name)", errno) }
    }

    /// Runs `body` so that SIGPIPE does not end the process: it is blocked in this thread, and taken out when it came.
    /// The process's own handling is left as it is, since children inherit it.
    private static func withoutPipeSignal(_ body: () -> Int) -> Int {
        var pipe = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&pipe)
        unsafe sigaddset(&pipe, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &pipe, &before)
        let result = body()
        let code = errno
        if result < 0, code == EPIPE, unsafe sigismember(&before, SIGPIPE) == 0 {
            var now = timespec()
            while unsafe sigtimedwait(&pipe, nil, &now) < 0, errno == EINTR {}
        }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        errno = code
        return result
    }

    private static func retrying<Number: SignedInteger>(_ call: () -> Number) -> Number {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// An error in the operating system's words.
    static func failure(_ message: String, _ code: CInt) -> PluginError {
        let cause = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return PluginError(.io, message, cause: cause)
    }

    /// The paths that a shell pattern stands for, sorted by their bytes; empty when there are none.
    static func paths(matching pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, GLOB_BRACE | GLOB_TILDE, nil, &found) == 0 else { return [] }
        var paths: [String] = []
        for index in 0..<Int(unsafe found.gl_pathc) {
            if let path = unsafe found.gl_pathv[index] { paths.append(unsafe String(cString: path)) }
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What the server asks of the operating system: all unsafe code of this module that is not about the host functions.
enum ServerSystem {
    /// Why the loop of a server goes on or ends.
    enum Event {
        /// A connection was accepted.
        case connection(CInt)
        /// The host has closed standard input, or is gone.
        case hostIsGone
        /// Somebody asked the process to end.
        case signal
        /// Nothing happened for the time given.
        case nothing
    }

    // MARK: Standard streams

    /// The first line of standard input with its end, byte by byte: what follows is not touched.
    static func readLine(limit: Int) throws(PluginError) -> Bytes {
        var line = ByteBuffer()
        var byte: UInt8 = 0
        while line.count < limit {
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            line.append(byte)
            if byte == UInt8(ascii: "\n") { return line.finish() }
        }
        throw PluginError(
            .configuration, "standard input has no line with the configuration",
            advice: "a host starts this program; docs/process-plugins.md describes what it is told")
    }

    /// Writes to standard error; nobody is left to be told when that fails.
    static func writeError(_ bytes: Span<UInt8>) { write(bytes, to: STDERR_FILENO) }

    /// Writes to standard output.
    static func writeOutput(_ bytes: Span<UInt8>) { write(bytes, to: STDOUT_FILENO) }

    private static func write(_ bytes: Span<UInt8>, to descriptor: CInt) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.extracting(done..<bytes.count).withUnsafeBytes { rest in
                unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count > 0 {
                done += count
            } else if count < 0, errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, 1000)
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }

    /// Standard input and output as one connection. What the plugin prints goes to standard error from now on, and it has
    /// no standard input.
    static func takeStandardStreams() throws(PluginError) -> ByteStream {
        let (input, output) = (fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3))
        guard input >= 0, output >= 0 else { throw failure("standard input and output cannot be used") }
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        if nothing >= 0 {
            dup2(nothing, STDIN_FILENO)
            close(nothing)
        }
        dup2(STDERR_FILENO, STDOUT_FILENO)
        return ByteStream(input: input, output: output, isShared: true)
    }

    // MARK: Signals and the loop

    /// Where the handler of signals writes to; set once, before there are threads and handlers.
    private nonisolated(unsafe) static var signalTarget: CInt = -1

    /// A descriptor that becomes readable when the process is asked to end. To be called before any thread is started.
    static func catchSignals() throws(PluginError) -> CInt {
        var ends: (CInt, CInt) = (-1, -1)
        let status = unsafe withUnsafeMutableBytes(of: &ends) {
            unsafe pipe($0.assumingMemoryBound(to: CInt.self).baseAddress)
        }
        guard status == 0 else { throw failure("signals cannot be received") }
        for end in [ends.0, ends.1] { closeOnExec(end) }
        unsafe signalTarget = ends.1
        var wanted = sigset_t()
        unsafe sigemptyset(&wanted)
        // A host may have blocked them on the thread that started this process.
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&wanted, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = unsafe Glibc.write(ServerSystem.signalTarget, &byte, 1)
            }
        }
        signal(SIGPIPE, SIG_IGN)
        return ends.0
    }

    private static func closeOnExec(_ descriptor: CInt) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    /// Waits for something to happen. `input` is -1 when standard input is a connection.
    static func wait(listener: CInt, signals: CInt, input: CInt, milliseconds: CInt) -> Event {
        var wanted: [pollfd] = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&wanted, nfds_t(wanted.count), milliseconds) > 0 else { return .nothing }
        if wanted[0].revents != 0 { return .signal }
        if wanted[1].revents != 0, hasEnded(input) { return .hostIsGone }
        if wanted[2].revents != 0 {
            let descriptor = accept(listener, nil, nil)
            if descriptor >= 0 {
                closeOnExec(descriptor)
                return .connection(descriptor)
            }
        }
        return .nothing
    }

    /// Reads what there is, which means nothing; whether that was all.
    private static func hasEnded(_ descriptor: CInt) -> Bool {
        var bytes: (UInt64, UInt64) = (0, 0)
        let count = unsafe read(descriptor, &bytes, 16)
        return count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)
    }

    /// Ends the process at once, whatever other threads do.
    static func end(_ status: CInt) -> Never { _exit(status) }

    // MARK: Sockets

    /// Listens on a socket of the file system.
    static func listen(path: String) throws(PluginError) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room, !bytes.contains(0) else {
            throw PluginError(
                .configuration, "the path of the socket has \(bytes.count) bytes; it can have \(room - 1)")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("there is no socket") }
        removeSocket(path)
        let mask = umask(0o077)
        defer { umask(mask) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0, Glibc.listen(descriptor, 128) == 0 else {
            throw failure("cannot listen on \(path.quotedForMessage)")
        }
        return descriptor
    }

    /// Listens on a port of the loopback interface: `127.0.0.1:PORT`.
    static func listen(port location: String) throws(PluginError) -> CInt {
        let parts = location.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "127.0.0.1", let port = UInt16(parts[1]) else {
            throw PluginError(.configuration, "'location' must be 127.0.0.1:PORT, not \(location.quotedForMessage)")
        }
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("there is no socket") }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0, Glibc.listen(descriptor, 128) == 0 else { throw failure("cannot listen on \(location)") }
        return descriptor
    }

    /// Sends small messages at once.
    static func sendAtOnce(_ descriptor: CInt) { setOption(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY) }

    private static func setOption(_ descriptor: CInt, _ level: CInt, _ option: CInt) {
        var on: CInt = 1
        unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Removes what is left at the path of a socket, if it is one.
    static func removeSocket(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        _ = unsafe unlink(path)
    }

    /// Closes a connection that nobody serves.
    static func close(_ descriptor: CInt) { _ = Glibc.close(descriptor) }

    // MARK: Threads

    /// The stack of a thread that runs plugins: as large as that of a program's first thread.
    private static let stackSize = 8 << 20

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a thread of its own; false when there can be none.
    static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
        let context = unsafe Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if result != 0 { unsafe context.release() }
        return result == 0
    }

    private static func failure(_ message: String) -> PluginError {
        PluginError(.io, message, cause: unsafe String(cString: strerror(errno)))
    }
}

internal import Glibc

/// Both directions of a connection: a socket, or a pair of pipes. Closed when it goes away.
///
/// All system calls of this module are in this file.
public final class ByteStream: @unchecked Sendable {
    // Unchecked: all members are immutable; the kernel orders what threads do with the descriptors.
    private let input: CInt
    private let output: CInt
    /// Readable when the process at the other end has exited; -1 for none.
    private let exit: CInt
    /// Whoever closes ``exit``, kept so long.
    private let owner: (any AnyObject & Sendable)?
    private let isSocket: Bool

    /// Takes over a connected socket, and reads and writes without blocking.
    ///
    /// - Parameters:
    ///   - socket: the socket.
    ///   - exit: a descriptor that becomes readable when the process at the other end has exited, such as a `pidfd`; it is
    ///     not closed.
    ///   - owner: whoever closes `exit` at its end; held as long as this lives.
    public init(socket: CInt, exit: CInt = -1, owner: (any AnyObject & Sendable)? = nil) {
        self.owner = owner
        input = socket
        output = socket
        self.exit = exit
        isSocket = true
        Self.setNonBlocking(socket)
        Self.enlarge(socket)
    }

    /// Takes over two pipes. Those that are made non-blocking must not be shared with other processes.
    public init(input: CInt, output: CInt, exit: CInt = -1, isShared: Bool = false) {
        self.input = input
        self.output = output
        self.exit = exit
        owner = nil
        isSocket = false
        if !isShared {
            Self.setNonBlocking(input)
            Self.setNonBlocking(output)
        }
    }

    deinit {
        close(input)
        if output != input { close(output) }
    }

    private static func setNonBlocking(_ descriptor: CInt) {
        let flags = fcntl(descriptor, F_GETFL)
        if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    }

    /// Lets a unix socket hold more than the 208 KiB that are usual: with less than a chunk's bytes in flight both sides
    /// take turns within each body. The kernel cuts what it does not allow; a TCP socket finds its own size.
    private static func enlarge(_ socket: CInt) {
        var domain: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0, domain == AF_UNIX else { return }
        var bytes: CInt = 1 << 20
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, size)
    }

    /// Ends both directions: whoever waits in `read(into:deadline:)` on another thread returns at once.
    public func cancel() {
        if isSocket { shutdown(input, CInt(SHUT_RDWR)) }
    }

    /// What ``wait(reading:writing:_:)`` found.
    struct Readiness {
        var canRead: Bool
        var canWrite: Bool
    }

    /// Waits until one of the directions is ready.
    private func wait(reading: Bool, writing: Bool, _ deadline: Deadline) throws(WireError) -> Readiness {
        while true {
            var wanted: [pollfd] = [
                pollfd(fd: exit, events: Int16(POLLIN), revents: 0),
                pollfd(fd: reading ? input : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: writing ? output : -1, events: Int16(POLLOUT), revents: 0),
            ]
            let left = deadline.milliseconds.map { CInt(clamping: $0) } ?? -1
            let count = unsafe poll(&wanted, nfds_t(wanted.count), left)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WireError(.io, "poll: \(reason())") }
            // What was sent before the end counts.
            if wanted[1].revents != 0 || wanted[2].revents != 0 {
                return Readiness(canRead: wanted[1].revents != 0, canWrite: wanted[2].revents != 0)
            }
            if wanted[0].revents != 0 { throw WireError(.exited, "the process has exited") }
            if deadline.hasPassed { throw WireError(.timedOut, "no answer in time") }
        }
    }

    /// Reads what is there, at least one byte; 0 at the end.
    func read(into memory: inout MutableSpan<UInt8>, deadline: Deadline) throws(WireError) -> Int {
        guard memory.count > 0 else { return 0 }
        while true {
            if !isSocket { _ = try wait(reading: true, writing: false, deadline) }
            let count = unsafe memory.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(input, bytes.baseAddress, bytes.count)
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: if isSocket { _ = try wait(reading: true, writing: false, deadline) }
            case ECONNRESET: return 0
            default: throw WireError(.io, reason())
            }
        }
    }

    /// Writes `bytes`; returns false when the other side began to answer, or closed, before it had read all of them.
    func write(_ bytes: Span<UInt8>, deadline: Deadline) throws(WireError) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.extracting(done..<bytes.count).withUnsafeBytes { rest in
                // A closed socket is an error here and not a signal.
                unsafe isSocket
                    ? send(output, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
                    : Glibc.write(output, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                done += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                let ready = try wait(reading: true, writing: true, deadline)
                if ready.canRead, !ready.canWrite { return false }
            case EPIPE, ECONNRESET: return false
            default: throw WireError(.io, reason())
            }
        }
        return true
    }

    /// Writes two pieces, as ``write(_:deadline:)`` does, with one system call if there is room: whoever reads wakes once.
    func write(_ first: Span<UInt8>, _ second: Span<UInt8>, deadline: Deadline) throws(WireError) -> Bool {
        var done = unsafe first.withUnsafeBytes { first in
            unsafe second.withUnsafeBytes { second in unsafe writeBoth(first, second) }
        }
        // What did not fit, or failed, is tried again where every outcome has its place.
        done = max(0, done)
        if done < first.count {
            guard try write(first.extracting(done..<first.count), deadline: deadline) else { return false }
            done = first.count
        }
        return try write(second.extracting(done - first.count..<second.count), deadline: deadline)
    }

    private func writeBoth(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
        var pieces = unsafe [
            iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count),
        ]
        return unsafe pieces.withUnsafeMutableBufferPointer { pieces in
            guard isSocket else { return unsafe writev(output, pieces.baseAddress, CInt(pieces.count)) }
            var message = unsafe msghdr()
            unsafe message.msg_iov = pieces.baseAddress
            unsafe message.msg_iovlen = pieces.count
            return unsafe sendmsg(output, &message, CInt(MSG_NOSIGNAL))
        }
    }

    private func reason() -> String { unsafe String(cString: strerror(errno)) }
}

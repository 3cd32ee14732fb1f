internal import Glibc

/// A file or connection that a plugin has open, closed at the end of its life.
///
/// With the walk to a file and the TCP connection beside it the place where descriptors are touched. Results are those
/// of the system: a count, or `-errno`. Source of the behaviour: POSIX.1-2024.
struct HostFile: ~Copyable {
    /// What kind of thing it is.
    enum Kind {
        /// Has a size and a position.
        case regular
        /// A pipe, terminal or other device.
        case stream
        /// A connection.
        case socket
    }

    let descriptor: CInt
    let kind: Kind
    /// Milliseconds that a read or write may wait.
    static let patience: CInt = 100

    /// Takes a descriptor over.
    init(descriptor: CInt, kind: Kind) {
        self.descriptor = descriptor
        self.kind = kind
    }

    deinit { _ = Glibc.close(descriptor) }

    /// Reads once into the beginning of `bytes`: how many came, 0 at the end, `-EAGAIN` when nothing has come in time.
    func read(into bytes: inout MutableSpan<UInt8>) -> Int64 {
        guard !bytes.isEmpty else { return 0 }
        if kind != .regular, let trouble = wait(for: POLLIN) { return trouble }
        let count = unsafe bytes.withUnsafeMutableBytes { memory in
            retrying { unsafe Glibc.read(descriptor, memory.baseAddress, memory.count) }
        }
        return count >= 0 ? Int64(count) : -Int64(errno)
    }

    /// Writes: how many bytes were taken, all of them unless the other side or the disk takes no more.
    func write(_ bytes: Span<UInt8>) -> Int64 {
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(droppingFirst: done)
            let count = kind == .regular ? write(some: rest) : Self.withoutPipeSignal { write(some: rest) }
            if count > 0 {
                done += count
                continue
            }
            let code = count == 0 ? EAGAIN : errno
            if code == EAGAIN, count < 0, wait(for: POLLOUT) == nil { continue }
            return done > 0 ? Int64(done) : -Int64(code)
        }
        return Int64(done)
    }

    private func write(some bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { memory in
            retrying { unsafe Glibc.write(descriptor, memory.baseAddress, memory.count) }
        }
    }

    /// Nil when it is ready, else `-EAGAIN` or another `-errno`.
    private func wait(for event: CInt) -> Int64? {
        var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        let ready = unsafe poll(&request, 1, Self.patience)
        if ready > 0 { return nil }
        return ready == 0 || errno == EINTR ? -Int64(EAGAIN) : -Int64(errno)
    }

    /// Moves to a position counted from the beginning.
    func seek(_ position: UInt64) -> Int64 {
        guard kind == .regular else { return -Int64(ESPIPE) }
        guard let offset = off_t(exactly: position) else { return -Int64(EINVAL) }
        let result = lseek(descriptor, offset, SEEK_SET)
        return result >= 0 ? Int64(result) : -Int64(errno)
    }

    /// Bytes of the file, -1 for streams.
    var size: Int64 {
        guard kind == .regular else { return -1 }
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int64(status.st_size) : -1
    }

    /// Makes durable what was written.
    func synchronize() -> Int32 {
        guard kind == .regular else { return 0 }
        return retrying { fdatasync(descriptor) } == 0 ? 0 : -errno
    }

    /// Runs `body` so that SIGPIPE does not end the process: it is blocked in this thread, and taken out when it came.
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
}

/// Calls again as long as a signal interrupts.
func retrying<Number: SignedInteger>(_ call: () -> Number) -> Number {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayPlugin

/// An open descriptor of this process, closed when it goes away.
final class Descriptor: Sendable {
    let number: CInt

    init(owning number: CInt) { self.number = number }

    deinit { close(number) }

    /// What the kernel said last, as text.
    static func reason(_ code: CInt = errno) -> String { unsafe String(cString: strerror(code)) }

    private static func failed(_ what: String, _ code: CInt = errno) -> PluginError {
        PluginError(
            .io, "cannot make \(what)", cause: reason(code),
            advice: code == EMFILE ? "raise the limit of open files (ulimit -n)" : nil)
    }

    /// A pipe whose ends are closed on exec.
    ///
    /// - Parameter isRead: whether the host is the one who reads; then reading does not block.
    static func pipe(isRead: Bool = true) throws(PluginError) -> (reads: Descriptor, writes: Descriptor) {
        var (reads, writes): (CInt, CInt) = (-1, -1)
        guard unsafe patchbay_pipe(&reads, &writes) == 0 else { throw failed("a pipe") }
        if isRead { _ = fcntl(reads, F_SETFL, O_NONBLOCK) }
        return (Descriptor(owning: reads), Descriptor(owning: writes))
    }

    /// Two connected sockets.
    static func socketPair() throws(PluginError) -> (Descriptor, Descriptor) {
        var ends: (CInt, CInt) = (-1, -1)
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let result = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            unsafe socketpair(AF_UNIX, kind, 0, bytes.bindMemory(to: CInt.self).baseAddress)
        }
        guard result == 0 else { throw failed("a pair of sockets") }
        return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
    }

    /// A counter that can be polled.
    static func event() throws(PluginError) -> Descriptor {
        let number = patchbay_event()
        guard number >= 0 else { throw failed("an event") }
        return Descriptor(owning: number)
    }

    /// The device that swallows everything.
    static func null() throws(PluginError) -> Descriptor {
        let number = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard number >= 0 else { throw failed("a descriptor of /dev/null") }
        return Descriptor(owning: number)
    }

    /// A file in memory with these bytes, read from its beginning.
    static func memory(_ bytes: [UInt8]) throws(PluginError) -> Descriptor {
        let number = patchbay_memory_file()
        guard number >= 0 else { throw failed("a file in memory") }
        let file = Descriptor(owning: number)
        guard file.write(bytes) == bytes.count, lseek(number, 0, SEEK_SET) == 0 else {
            throw failed("a file in memory")
        }
        return file
    }

    /// The same descriptor under another number, closed on exec; nil when there is no number left.
    func duplicate() -> CInt? {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        return copy >= 0 ? copy : nil
    }

    /// Writes as much as goes at once; returns how much. Not for pipes whose reader may be gone, unless the thread
    /// blocks SIGPIPE.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Int {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { memory in
                guard let start = memory.baseAddress else { return 0 }
                return unsafe Glibc.write(number, start + done, memory.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return done
    }

    /// Sends as much as goes at once through a socket, without a signal when the other side is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { memory in
            unsafe Glibc.send(number, memory.baseAddress, memory.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
        }
    }

    /// The other side of a socket sees the end.
    func endWriting() { _ = shutdown(number, CInt(SHUT_WR)) }

    /// What a read brought.
    enum Read {
        case bytes(Int)
        case nothing
        case end
    }

    /// Reads what is there into `memory`, without waiting.
    func read(into memory: inout [UInt8]) -> Read {
        while true {
            let count = unsafe memory.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
            }
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            default: return .end
            }
        }
    }

    /// Waits until one of `descriptors` is readable or closed, or the clock reaches `end`; answers for each.
    static func poll(_ entries: inout [pollfd], until end: UInt64) {
        for index in entries.indices { entries[index].revents = 0 }
        let now = MonotonicClock.nanoseconds
        let left = end == .max ? .max : end > now ? end - now : 0
        _ = unsafe patchbay_poll(&entries, entries.count, left)
    }

    /// Waits until the descriptor is readable; false when the clock reached `end` before.
    func isReadable(until end: UInt64) -> Bool {
        var entries = [pollfd(fd: number, events: Int16(POLLIN), revents: 0)]
        Self.poll(&entries, until: end)
        return entries[0].revents != 0
    }
}

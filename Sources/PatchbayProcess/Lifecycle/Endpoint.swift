internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayPlugin

/// Where a plugin listens.
enum Endpoint: Sendable, Equatable {
    case unix(path: String)
    case tcp(port: UInt16)
    /// Its standard input and output.
    case stdio

    /// What the configuration of the server says.
    var location: String {
        switch self {
        case .unix(let path): path
        case .tcp(let port): "127.0.0.1:\(port)"
        case .stdio: ""
        }
    }

    /// What an attempt to connect came to.
    enum Attempt {
        case connected(Descriptor)
        /// Nobody listens, or too many wait already.
        case notYet
        case failed(String)
    }

    /// Tries once, without waiting longer than the loopback interface needs.
    func connect() -> Attempt {
        switch self {
        case .unix(let path): Self.connectUnix(path)
        case .tcp(let port): Self.connectLoopback(port)
        case .stdio: .failed("standard input and output are no place to connect to")
        }
    }

    private static let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)

    private static func connectUnix(_ path: String) -> Attempt {
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { return .failed(Descriptor.reason()) }
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { return .failed("the path of the socket is longer than \(room - 1) bytes") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return .connected(descriptor) }
        switch errno {
        // The socket is not there, not listened on, has too many who wait, or is just being made.
        case ENOENT, ECONNREFUSED, EAGAIN, EINTR, EACCES: return .notYet
        default: return .failed(Descriptor.reason())
        }
    }

    private static func connectLoopback(_ port: UInt16) -> Attempt {
        let number = socket(AF_INET, kind, 0)
        guard number >= 0 else { return .failed(Descriptor.reason()) }
        let descriptor = Descriptor(owning: number)
        var one: CInt = 1
        unsafe setsockopt(number, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        if unsafe withLoopback(port, { unsafe Glibc.connect(number, $0, $1) }) == 0 { return .connected(descriptor) }
        guard errno == EINPROGRESS else { return .notYet }
        var entries = [pollfd(fd: number, events: Int16(POLLOUT), revents: 0)]
        Descriptor.poll(&entries, until: MonotonicClock.nanoseconds &+ 50_000_000)
        var problem: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &problem, &size)
        return entries[0].revents != 0 && problem == 0 ? .connected(descriptor) : .notYet
    }

    /// A port of the loopback interface that nobody listens on now.
    static func freePort() throws(PluginError) -> UInt16 {
        guard let port = bind(0) else {
            throw PluginError(.io, "no port of the loopback interface is free", cause: Descriptor.reason())
        }
        return port
    }

    /// Whether somebody listens on a port.
    static func isTaken(_ port: UInt16) -> Bool { bind(port) == nil }

    private static func bind(_ port: UInt16) -> UInt16? {
        let number = socket(AF_INET, kind, 0)
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(owning: number)
        defer { withExtendedLifetime(descriptor) {} }
        guard unsafe withLoopback(port, { unsafe Glibc.bind(number, $0, $1) }) == 0 else { return nil }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(number, $0, &size)
            }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func withLoopback(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

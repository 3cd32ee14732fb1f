internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Where a plugin says that it listens. All system calls about sockets of this dialect are in this file.
enum OCMLocation: Sendable, Equatable {
    /// A socket in the file system.
    case unix(String)
    /// A port of this machine; with IPv6 alone when the plugin says so.
    case tcp(port: UInt16, isVersion6: Bool)

    /// Reads a line of a plugin's output; nil when it names no place, which is so for all but one.
    ///
    /// What hosts expect is `http+unix://PATH` or `http://HOST:PORT`; the SDK for Go prints `[::]:PORT` for the latter.
    /// Throws for a place on another machine: credentials are sent there.
    init?(line: String) throws(PluginError) {
        var text = Substring(line)
        while let last = text.utf8.last, last == 0x0D || last == 0x20 { text.removeLast() }
        if text.hasPrefix("http+unix://") {
            let path = String(text.dropFirst("http+unix://".count))
            guard path.hasPrefix("/"), path.utf8.count < Self.pathLimit, !path.utf8.contains(0) else {
                throw PluginError(
                    .invalidResult, "the plugin listens on \(path.quotedForMessage), which is no path of a socket",
                    cause: "a path starts with '/' and has less than \(Self.pathLimit) bytes")
            }
            self = .unix(path)
            return
        }
        let hasScheme = text.hasPrefix("http://")
        if hasScheme { text = text.dropFirst("http://".count) }
        if hasScheme, text.hasSuffix("/") { text.removeLast() }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            guard hasScheme else { return nil }
            throw PluginError(.invalidResult, "the plugin listens on \(line.quotedForMessage), which names no port")
        }
        switch text[..<colon] {
        case "", "127.0.0.1", "localhost", "0.0.0.0", "[::]": self = .tcp(port: port, isVersion6: false)
        case "[::1]": self = .tcp(port: port, isVersion6: true)
        default:
            guard hasScheme else { return nil }
            throw PluginError(
                .denied, "the plugin listens on \(line.quotedForMessage), which is not this machine",
                cause: "what is sent to a plugin stays here")
        }
    }

    /// A path of a socket has this many bytes with its end (`sun_path`).
    private static let pathLimit = 108

    /// For messages.
    var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let port, let isVersion6): "\(isVersion6 ? "[::1]" : "127.0.0.1"):\(port)"
        }
    }

    /// Why no connection was made.
    struct Failure: Error {
        /// Whether nobody listens there: no such socket, or nobody behind it.
        let isAbsent: Bool
        let reason: String
    }

    /// A connection. Throws when nobody listens, when it takes too long, and when another user does.
    func connect(exit: CInt = -1, deadline: Deadline) throws(Failure) -> HTTPConnection {
        let family: CInt =
            switch self {
            case .unix: AF_UNIX
            case .tcp(_, let isVersion6): isVersion6 ? AF_INET6 : AF_INET
            }
        let number = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw Failure(isAbsent: false, reason: Descriptor.reason()) }
        let descriptor = Descriptor(owning: number)
        // Also a connect waits: for room in the queue of a plugin that does not look.
        let left = max(1, deadline.milliseconds ?? 60_000)
        var limit = timeval(tv_sec: left / 1000, tv_usec: left % 1000 * 1000)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard connect(number) == 0 else {
            let code = errno
            throw Failure(
                isAbsent: [ENOENT, ECONNREFUSED, ENOTSOCK].contains(code), reason: Descriptor.reason(code))
        }
        if case .unix = self, !Self.isOwnPeer(number) {
            throw Failure(isAbsent: false, reason: "another user listens there")
        }
        guard let copy = descriptor.duplicate() else { throw Failure(isAbsent: false, reason: Descriptor.reason()) }
        return HTTPConnection(ByteStream(socket: copy, exit: exit))
    }

    private func connect(_ number: CInt) -> CInt {
        switch self {
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
                for (index, byte) in path.utf8.prefix(Self.pathLimit - 1).enumerated() { unsafe place[index] = byte }
            }
            return Self.connect(number, &address)
        case .tcp(let port, false):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return Self.connect(number, &address)
        case .tcp(let port, true):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            return Self.connect(number, &address)
        }
    }

    private static func connect<Address>(_ number: CInt, _ address: inout Address) -> CInt {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                unsafe Glibc.connect(number, general, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Whether the process at the other end of a socket runs as this user, or as the superuser.
    private static func isOwnPeer(_ number: CInt) -> Bool {
        // struct ucred: process, user, group.
        var peer: (pid_t, uid_t, gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: peer))
        guard unsafe getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return false }
        return peer.1 == geteuid() || peer.1 == 0
    }
}

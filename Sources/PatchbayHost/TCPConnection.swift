internal import Glibc

/// Makes TCP connections without waiting for longer than it may.
enum TCPConnection {
    /// A connection to the first address of `host` that answers, or `-errno`: `-EHOSTUNREACH` when there is no such
    /// host, `-ETIMEDOUT` after `milliseconds` for all addresses together. Looking the name up takes as long as the
    /// system's resolver lets it.
    static func open(host: String, port: UInt16, milliseconds: Int) -> Result<CInt, Refusal> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let found = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard found == 0 else { return .failure(Refusal(code: found == EAI_SYSTEM ? errno : EHOSTUNREACH)) }
        defer { unsafe freeaddrinfo(list) }
        let began = now()
        var code = EHOSTUNREACH
        var next = unsafe list
        while let address = unsafe next {
            let left = milliseconds - Int((now() - began) / 1_000_000)
            guard left > 0 else { return .failure(Refusal(code: ETIMEDOUT)) }
            switch unsafe connect(address.pointee, milliseconds: left) {
            case .success(let descriptor): return .success(descriptor)
            case .failure(let refusal): code = refusal.code
            }
            unsafe next = address.pointee.ai_next
        }
        return .failure(Refusal(code: code))
    }

    /// Why there is no connection.
    struct Refusal: Error {
        /// `errno`.
        let code: CInt
    }

    private static func connect(_ address: addrinfo, milliseconds: Int) -> Result<CInt, Refusal> {
        let type = unsafe address.ai_socktype | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(address.ai_family, type, address.ai_protocol)
        guard descriptor >= 0 else { return .failure(Refusal(code: errno)) }
        var code: CInt = 0
        if unsafe Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 { code = errno }
        if code == EINPROGRESS || code == EINTR { code = outcome(of: descriptor, milliseconds) }
        if code == 0 { return .success(descriptor) }
        Glibc.close(descriptor)
        return .failure(Refusal(code: code))
    }

    private static func outcome(of descriptor: CInt, _ milliseconds: Int) -> CInt {
        let end = now() + UInt64(milliseconds) * 1_000_000
        while true {
            let time = now()
            guard time < end else { return ETIMEDOUT }
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = unsafe poll(&request, 1, CInt(min((end - time) / 1_000_000 + 1, 60_000)))
            if ready < 0, errno != EINTR { return errno }
            if ready <= 0 { continue }
            var code: CInt = 0
            var size = socklen_t(MemoryLayout<CInt>.size)
            let asked = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            return asked == 0 ? code : errno
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayWire

/// A plugin that serves on whatever transport it is told, and misbehaves as its mode says.
struct ProbePlugin {
    let mode: String

    func run() {
        if mode == "exit-in-start" {
            say("probe: cannot find the library libthing.so.7\n")
            exit(3)
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(0, &byte, 1) == 1, byte != 0x0A { line.append(byte) }
        if mode == "child" || mode == "stubborn" { spawnChild() }
        if mode == "stubborn" { signal(SIGTERM, SIG_IGN) }
        if mode == "deaf" { signal(SIGTERM) { _ in _exit(9) } }
        if mode == "never-listens" { forever() }
        if mode == "stops-in-start" { raise(SIGSTOP) }
        guard let configuration = try? ServerConfiguration(line: Bytes(copying: line.span)) else { exit(4) }
        if mode == "flood" { flood() }
        if mode == "garbage" { say("\u{1B}[31m}{ \0 garbage\n", to: 1) }
        if mode == "structured" { structuredLines() }
        if configuration.transport == .stdio {
            serve(HTTPConnection(ByteStream(input: 0, output: 1)), configuration)
            exit(0)
        }
        let listener = listen(configuration)
        if mode != "stubborn", mode != "deaf" { watchInput() }
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { continue }
            let connection = Connection(HTTPConnection(ByteStream(socket: socket)))
            thread { serve(connection.http, configuration) }
        }
    }

    // MARK: Serving

    private func serve(_ http: HTTPConnection, _ configuration: ServerConfiguration) {
        if mode == "slow-loris" { forever() }
        while let head = try? http.receiveHead(deadline: .never) {
            guard let body = try? http.receiveBody(of: head, limit: 1 << 30, deadline: .never) else { return }
            answer(http, head, body, configuration)
        }
    }

    private func answer(
        _ http: HTTPConnection, _ head: HTTPHead, _ body: Bytes, _ configuration: ServerConfiguration
    ) {
        if head.target == "/v1/health" {
            let peer = mode == "wrong-peer" ? "somebody" : configuration.peerToken
            let status = mode == "never-ready" ? 503 : 200
            try? http.answer(status, [WireHeader.peer: peer], deadline: .never)
            return
        }
        guard head.fields["Authorization"] == "Bearer \(configuration.token)" else {
            try? http.answer(401, deadline: .never)
            return
        }
        switch head.target {
        case "/v1/shutdown":
            try? http.answer(200, deadline: .never)
            if mode != "stubborn", mode != "deaf" { exit(0) }
        case "/pids":
            let text = unsafe "\(getpid()) \(Self.child) \(configuration.location)"
            try? http.answer(200, body: [Bytes(text)], deadline: .never)
        case "/crash":
            say("probe: about to crash\n")
            // Without the runtime's own report, which takes seconds.
            signal(SIGSEGV, SIG_DFL)
            kill(getpid(), SIGSEGV)
        case "/exit": exit(0)
        case "/half-close": http.cancel()
        case "/stop": raise(SIGSTOP)
        case "/echo": try? http.answer(200, body: [body], deadline: .never)
        case "/sh": try? http.answer(200, body: [Bytes(Shell.run(body.text))], deadline: .never)
        default: try? http.answer(404, deadline: .never)
        }
    }

    private func listen(_ configuration: ServerConfiguration) -> CInt {
        if configuration.transport == .tcp {
            let port = UInt16(configuration.location.split(separator: ":").last ?? "") ?? 0
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return bound(AF_INET, address)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) {
            unsafe $0.copyBytes(from: Array(configuration.location.utf8))
        }
        return bound(AF_UNIX, address)
    }

    private func bound<Address>(_ family: CInt, _ address: Address) -> CInt {
        let number = socket(family, CInt(SOCK_STREAM.rawValue), 0)
        var address = address
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0, Glibc.listen(number, 64) == 0 else {
            say("probe: cannot listen\n")
            exit(5)
        }
        return number
    }

    /// The end of standard input is the end of the host.
    private func watchInput() {
        thread {
            var byte: UInt8 = 0
            while unsafe read(0, &byte, 1) > 0 {}
            exit(0)
        }
    }

    // MARK: Misbehaving

    nonisolated(unsafe) private static var child: pid_t = 0

    /// A child that outlives its parent unless the group is killed.
    private func spawnChild() {
        // What comes behind the mode is the mark by which a test finds this program and its child.
        let mark = CommandLine.arguments.count > 3 ? CommandLine.arguments[2] : "1000"
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sleep"), strdup(mark), nil]
        unsafe posix_spawn(&Self.child, "/bin/sleep", nil, nil, &arguments, nil)
    }

    /// More than 200 MB on both streams, while it serves.
    private func flood() {
        let line = String(repeating: "x", count: 99) + "\n"
        let block = String(repeating: line, count: 1000)
        let log = String(repeating: "{\"level\": \"info\", \"message\": \"flood\"}\n", count: 2000)
        thread {
            for _ in 0..<1000 {
                say(block)
                say(log, to: 1)
            }
            // One line without end.
            let endless = String(repeating: "y", count: 1 << 20)
            for _ in 0..<64 { say(endless) }
        }
    }

    private func structuredLines() {
        say("{\"level\": \"warning\", \"message\": \"it is late\", \"stage\": \"two\", \"hour\": 23}\n")
        say("{\"counter\": \"seen\", \"add\": 3, \"stage\": \"one\"}\n{\"counter\": \"seen\", \"stage\": \"one\"}\n")
        say("{\"histogram\": \"size\", \"value\": 0.5, \"stage\": \"two\"}\n", to: 1)
        say("plain words\n")
    }

    private func forever() -> Never { while true { sleep(1000) } }

    private func thread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, unsafe Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}

/// A connection that one thread takes over.
private final class Connection: @unchecked Sendable {
    let http: HTTPConnection
    init(_ http: HTTPConnection) { self.http = http }
}

/// Writes all of a text to a stream, however long that takes.
func say(_ text: String, to stream: CInt = 2) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = unsafe bytes.withUnsafeBytes { unsafe write(stream, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}

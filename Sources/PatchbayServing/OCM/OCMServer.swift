internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A plugin that a host of the Open Component Model has started: says on standard output where it listens, and serves
/// until it is told to end, was idle for long enough, or the host is gone.
struct OCMServer {
    private let start: OCMStart
    private let router: OCMRouter
    private let log = OCMLog()
    private let activity = ServerActivity()

    private static let connectionLimit = 1024
    private static let patience = 15_000

    init(_ factories: [any PluginFactory], _ start: OCMStart) throws(PluginError) {
        self.start = start
        router = try OCMRouter(factories, start, log)
    }

    /// Serves; returns the exit status.
    func run() throws(PluginError) -> Int32 {
        let signals = try ServerSystem.catchSignals()
        let place = try start.usesTCP ? OCMPlace.port() : OCMPlace.socket()
        defer {
            router.stop()
            place.remove()
        }
        let host = getppid()
        ServerSystem.writeOutput(Bytes(place.location + "\n").span)
        let turn = CInt(clamping: min(500, max(10, start.idleMilliseconds / 4)))
        let ending = Locked(false)
        while true {
            // Nothing comes on standard input: such hosts give none.
            let event = ServerSystem.wait(listener: place.listener, signals: signals, input: -1, milliseconds: turn)
            switch event {
            case .connection(let descriptor): accept(descriptor, ending)
            case .hostIsGone, .signal: return 0
            case .nothing:
                if getppid() != host { return 0 }
                if let idle = activity.idleMilliseconds, idle >= UInt64(start.idleMilliseconds) { return 0 }
            }
            if ending.with({ $0 }) { return 0 }
        }
    }

    private func accept(_ descriptor: CInt, _ ending: Locked<Bool>) {
        guard activity.connect(limit: Self.connectionLimit) else { return ServerSystem.close(descriptor) }
        let stream = ByteStream(socket: descriptor)
        let (router, activity) = (router, activity)
        let hasStarted = ServerSystem.detach {
            defer { activity.disconnect() }
            if Self.serve(HTTPConnection(stream), router, activity) { ending.with { $0 = true } }
        }
        if !hasStarted { activity.disconnect() }
    }

    /// Answers requests until the host closes the connection. True when the process shall end.
    private static func serve(_ http: HTTPConnection, _ router: OCMRouter, _ activity: ServerActivity) -> Bool {
        while http.isUsable {
            do throws(WireError) {
                guard let head = try http.receiveHead(deadline: .never) else { return false }
                activity.begin()
                defer { activity.end() }
                let body = try http.receiveBody(
                    of: head, limit: OCMRouter.bodyLimit, deadline: .after(milliseconds: patience))
                let reply = router.answer(head, body)
                let type = reply.isText ? "text/plain; charset=utf-8" : Wire.json
                // An answer to HEAD has no body, whatever it says.
                try http.answer(
                    reply.status, ["Content-Type": type], body: head.method == "HEAD" ? [] : [reply.body],
                    deadline: .after(milliseconds: patience))
                if reply.endsProcess { return true }
            } catch {
                return false
            }
        }
        return false
    }
}

/// Where the plugin listens.
private struct OCMPlace {
    let listener: CInt
    let location: String
    private let directory: String?

    /// A socket in a directory of its own: nobody else can listen there, and nothing is left of an earlier run.
    static func socket() throws(PluginError) -> OCMPlace {
        let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // The path of a socket is short.
        let pattern = (base.hasPrefix("/") && base.utf8.count <= 60 ? base : "/tmp") + "/patchbay-ocm-XXXXXX"
        var text = Array(pattern.utf8CString)
        guard unsafe mkdtemp(&text) != nil else {
            throw PluginError(
                .io, "there can be no directory for a socket", cause: unsafe String(cString: strerror(errno)))
        }
        let directory = String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = directory + "/socket"
        return OCMPlace(
            listener: try ServerSystem.listen(path: path), location: "http+unix://\(path)", directory: directory)
    }

    /// A port of this machine alone. Hosts look for `http://`.
    static func port() throws(PluginError) -> OCMPlace {
        let listener = try ServerSystem.listen(port: "127.0.0.1:0")
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listener, $0, &size)
            }
        }
        guard status == 0 else { throw PluginError(.io, "the port is unknown") }
        let port = UInt16(bigEndian: address.sin_port)
        return OCMPlace(listener: listener, location: "http://127.0.0.1:\(port)", directory: nil)
    }

    /// Removes what was made in the file system.
    func remove() {
        guard let directory else { return }
        ServerSystem.removeSocket(directory + "/socket")
        unsafe rmdir(directory)
    }
}

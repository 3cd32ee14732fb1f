internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

extension PluginProcess {
    /// Nanoseconds between two looks at a program that is starting, after it has had so many: a sixteenth of them, so that
    /// a fast one is not kept waiting and a slow one costs little.
    private static func pause(after elapsed: UInt64) -> UInt64 { min(max(elapsed / 16, 200_000), 5_000_000) }

    /// Waits until the program says that it is ready, and is the one that was started.
    func awaitReadiness(of served: Served, until end: UInt64) throws(PluginError) {
        let start = MonotonicClock.nanoseconds
        var last = "it does not listen"
        var http: HTTPConnection?
        while true {
            try checkStarting(served, last, until: end)
            if http == nil { http = try attempt(served) }
            if let connection = http {
                switch try isReady(served, connection, until: end) {
                case .ready:
                    connection.authorization = "Bearer \(served.configuration.token)"
                    if served.relay == nil { served.keep(connection) }
                    return
                case .notYet(let reason):
                    last = reason
                    if !connection.isUsable { http = nil }
                }
            }
            // Ends at once when the program does.
            let now = MonotonicClock.nanoseconds
            _ = served.child.pidfd.isReadable(until: min(end, now &+ Self.pause(after: now &- start)))
        }
    }

    private func checkStarting(_ served: Served, _ last: String, until end: UInt64) throws(PluginError) {
        if served.child.hasEnded {
            let done = served.child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000)
            let how = (served.end ?? done)?.description ?? "it ended"
            throw PluginError(.crashed, "the plugin's program did not become ready: \(how)")
        }
        guard MonotonicClock.nanoseconds < end else {
            throw PluginError(
                .timedOut, "the plugin's program was not ready within \(settings.startMilliseconds) ms: \(last)")
        }
    }

    /// A connection to the program; nil while it does not listen.
    private func attempt(_ served: Served) throws(PluginError) -> HTTPConnection? {
        if let relay = served.relay { return try relay.connect() }
        switch served.endpoint.connect() {
        case .connected(let socket): return Self.connection(socket, served)
        case .notYet: return nil
        case .failed(let reason): throw PluginError(.io, "cannot connect to the plugin", cause: reason)
        }
    }

    private static func connection(_ socket: Descriptor, _ served: Served) -> HTTPConnection? {
        guard let number = socket.duplicate() else { return nil }
        return HTTPConnection(
            ByteStream(socket: number, exit: served.child.pidfd.number, owner: served.child))
    }

    private enum Readiness {
        case ready
        case notYet(String)
    }

    private func isReady(
        _ served: Served, _ http: HTTPConnection, until end: UInt64
    ) throws(PluginError) -> Readiness {
        let now = MonotonicClock.nanoseconds
        let left = Deadline.after(milliseconds: end > now ? Int((end - now) / 1_000_000) : 0)
        do throws(WireError) {
            try http.send("GET", "/v1/health", deadline: left)
            guard let head = try http.receiveHead(deadline: left) else { return .notYet("it closed the connection") }
            let body = try http.receiveBody(of: head, limit: 64 << 10, deadline: left)
            guard head.fields[WireHeader.peer] == served.configuration.peerToken else {
                // Somebody else listens there, or the program does not know who it is: it must not hear the token.
                throw WireError(.malformed, "the answer to 'health' does not carry the peer token it was given")
            }
            if head.status == 200 { return .ready }
            let text = OutputText.clean(body.span, limit: 256)
            return .notYet("'health' answers \(head.status) \(text)")
        } catch {
            switch error.code {
            case .malformed, .tooLarge:
                throw PluginError(
                    .invalidResult, "the plugin's program does not answer as a plugin should", cause: error.message)
            case .timedOut: return .notYet("'health' is not answered")
            default: return .notYet("'health' is not answered: \(error.message)")
            }
        }
    }

    /// A connection for a session; nil when the program has ended in the meantime, or has no room just now.
    func open(_ served: Served, until end: UInt64) throws(PluginError) -> HTTPConnection? {
        if let first = served.takeFirst() { return first }
        while !served.child.hasEnded {
            if let http = try attempt(served) {
                // On a unix socket in a directory of our own nobody else can listen; on a port somebody might.
                if case .unix = served.endpoint {
                } else {
                    guard case .ready = try isReady(served, http, until: end) else { continue }
                }
                http.authorization = "Bearer \(served.configuration.token)"
                return http
            }
            let now = MonotonicClock.nanoseconds
            guard now < end else { return nil }
            _ = served.child.pidfd.isReadable(until: now &+ 1_000_000)
        }
        return nil
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Lets many sessions talk with a plugin that has one connection only, its standard input and output: each gets a socket
/// of its own, and their calls take turns.
final class StdioRelay: Sendable {
    private let state: Guarded<HTTPConnection>
    private let socket: Descriptor
    private let child: ChildProcess
    /// Most bytes of a message.
    private static let sizeLimit = 4 << 30

    /// A relay over the host's end of the plugin's standard input and output.
    init?(socket: Descriptor, child: ChildProcess) {
        guard let copy = socket.duplicate() else { return nil }
        let stream = ByteStream(socket: copy, exit: child.pidfd.number, owner: child)
        state = Guarded(HTTPConnection(stream))
        self.socket = socket
        self.child = child
    }

    /// A connection for one session.
    func connect() throws(PluginError) -> HTTPConnection {
        let (near, far) = try Descriptor.socketPair()
        guard let nearCopy = near.duplicate(), let farCopy = far.duplicate() else {
            throw PluginError(.io, "cannot make a connection", cause: Descriptor.reason())
        }
        let session = RelayedSession(HTTPConnection(ByteStream(socket: farCopy)))
        try DetachedThread.start { self.serve(session) }
        return HTTPConnection(ByteStream(socket: nearCopy, exit: child.pidfd.number, owner: child))
    }

    /// Ends the conversation, also in the middle of a call: the plugin sees the end of its standard input.
    func close() { socket.endWriting() }

    private func serve(_ session: RelayedSession) {
        while session.http.isUsable {
            do throws(WireError) {
                guard let request = try session.http.receiveHead(deadline: .never) else { return }
                let body = try session.http.receiveBody(of: request, limit: Self.sizeLimit, deadline: .never)
                try pass(request, body, session)
            } catch {
                return session.http.cancel()
            }
        }
    }

    private func pass(_ request: HTTPHead, _ body: Bytes, _ session: RelayedSession) throws(WireError) {
        let answer = try state.with { (http) throws(WireError) -> (head: HTTPHead, body: Bytes) in
            guard http.isUsable else { throw WireError(.closed, "the plugin's conversation has ended") }
            try http.send(
                request.method, request.target, Self.passedOn(request.fields), body: [body], deadline: .never)
            guard let head = try http.receiveHead(deadline: .never) else {
                throw WireError(.closed, "the plugin closed its standard output")
            }
            return (head, try http.receiveBody(of: head, limit: Self.sizeLimit, deadline: .never))
        }
        try session.http.answer(
            answer.head.status, Self.passedOn(answer.head.fields), body: [answer.body], deadline: .never)
    }

    /// The fields that are about the message and not about its way.
    private static func passedOn(_ fields: HTTPFields) -> HTTPFields {
        var passed = HTTPFields()
        for field in fields.all
        where !["host", "content-length", "transfer-encoding", "connection"].contains(field.name.lowercased()) {
            passed.append(field.name, field.value)
        }
        return passed
    }
}

/// The relay's end of a session's connection.
// Invariant behind @unchecked: it is used by the session's thread alone.
private final class RelayedSession: @unchecked Sendable {
    let http: HTTPConnection
    init(_ http: HTTPConnection) { self.http = http }
}

import Glibc
import PatchbayCore
import PatchbayWire
import Testing

/// Two ends of one connection: ours, and a bare socket for the other side.
struct Ends {
    let connection: HTTPConnection
    let other: ByteStream
    let descriptor: CInt

    init() {
        var pair: [CInt] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
        connection = HTTPConnection(ByteStream(socket: pair[0]))
        descriptor = pair[1]
        other = ByteStream(socket: pair[1])
    }

    func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

@Suite struct HTTPConnectionTests {
    let soon = Deadline.after(milliseconds: 2000)

    @Test func requestAndAnswerTravel() throws {
        let ends = Ends()
        let plugin = HTTPConnection(ends.other)
        ends.connection.authorization = "Bearer t"
        try ends.connection.send(
            "POST", "/v1/filter", ["A": "1"], body: [Bytes("hello "), Bytes("there")], deadline: soon)
        let head = try #require(try plugin.receiveHead(deadline: soon))
        #expect(head.method == "POST" && head.target == "/v1/filter")
        #expect(head.fields["authorization"] == "Bearer t")
        #expect(try plugin.receiveBody(of: head, limit: 100, deadline: soon).text == "hello there")
        try plugin.answer(200, ["Patchbay-Flags": "end, more"], body: [Bytes("ok")], deadline: soon)
        let answer = try #require(try ends.connection.receiveHead(deadline: soon))
        #expect(answer.status == 200 && answer.fields.words("patchbay-flags") == ["end", "more"])
        #expect(try ends.connection.receiveBody(of: answer, limit: 2, deadline: soon).text == "ok")
        #expect(ends.connection.isUsable)
    }

    @Test func bodiesInChunksAreJoined() throws {
        let ends = Ends()
        ends.say(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nT: 1\r\n\r\n")
        let head = try #require(try ends.connection.receiveHead(deadline: soon))
        #expect(try ends.connection.receiveBody(of: head, limit: 100, deadline: soon).text == "abc0123456789")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n", "garbage\r\n\r\n", "\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "\0\0\0\n\n",
    ])
    func nonsenseIsAnErrorAndEndsTheConnection(_ text: String) throws {
        let ends = Ends()
        ends.say(text)
        let soon = Deadline.after(milliseconds: 50)
        #expect(throws: WireError.self) {
            guard let head = try ends.connection.receiveHead(deadline: soon) else { return }
            _ = try ends.connection.receiveBody(of: head, limit: 100, deadline: soon)
        }
        #expect(!ends.connection.isUsable)
    }

    @Test func aHeadWithoutEndIsCut() throws {
        let ends = Ends()
        let flood = String(repeating: "A: b\r\n", count: 20_000)
        let descriptor = ends.descriptor
        let writer = ThreadBox { _ = unsafe flood.withCString { unsafe write(descriptor, $0, strlen($0)) } }
        defer { writer.join() }
        #expect(throws: WireError.self) { try ends.connection.receiveHead(deadline: soon) }
        ends.connection.cancel()
    }

    @Test func silenceEndsAtTheDeadline() throws {
        let ends = Ends()
        ends.say("HTTP/1.1 200 OK\r\nContent-Le")
        do {
            _ = try ends.connection.receiveHead(deadline: .after(milliseconds: 30))
            Issue.record("there is no head")
        } catch {
            #expect(error.code == .timedOut)
        }
    }

    @Test func anEndWithinABodyIsNoticed() throws {
        let ends = Ends()
        ends.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        shutdown(ends.descriptor, CInt(SHUT_WR))
        let head = try #require(try ends.connection.receiveHead(deadline: soon))
        do {
            _ = try ends.connection.receiveBody(of: head, limit: 100, deadline: soon)
            Issue.record("the body is not there")
        } catch {
            #expect(error.code == .brokenOff)
        }
    }

    @Test func anEarlyAnswerEndsALongRequest() throws {
        let ends = Ends()
        ends.say("HTTP/1.1 401 Error\r\nContent-Length: 2\r\n\r\nno")
        let body = Bytes(Buffer(capacity: 8 << 20), at: 0, count: 8 << 20)
        try ends.connection.send("POST", "/v1/parse", body: [body], deadline: soon)
        #expect(!ends.connection.isUsable)
        let head = try #require(try ends.connection.receiveHead(deadline: soon))
        #expect(head.status == 401)
        #expect(try ends.connection.receiveBody(of: head, limit: 100, deadline: soon).text == "no")
    }

    @Test func bodiesThatAreShownAreNotOverwritten() throws {
        let ends = Ends()
        var bodies: [Bytes] = []
        for index in 0..<3 {
            ends.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(index)")
            let head = try #require(try ends.connection.receiveHead(deadline: soon))
            bodies.append(try ends.connection.receiveBody(of: head, limit: 1, deadline: soon))
        }
        #expect(bodies.map(\.text) == ["0", "1", "2"])
    }
}

/// A thread that is waited for.
final class ThreadBox: @unchecked Sendable {
    // Unchecked: `body` is called once, on the thread; the handle is used by the owner alone.
    private var handle = pthread_t()
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
        _ = unsafe pthread_create(
            &handle, nil,
            { raw in
                if let raw = unsafe raw { unsafe Unmanaged<ThreadBox>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
    }

    func join() { _ = pthread_join(handle, nil) }
}

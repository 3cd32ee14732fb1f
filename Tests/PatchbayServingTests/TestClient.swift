import Glibc
import PatchbayCore
import PatchbayFrame
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Testing

/// A host's side of a connection to a server in this process.
final class TestClient {
    let http: HTTPConnection
    let descriptor: CInt
    private var writer = FrameWriter()
    private var reader = FrameReader()

    init(_ server: PluginServer, token: String = "") {
        var pair: [CInt] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
        let stream = ByteStream(socket: pair[1])
        runOnThread { server.serve(stream, token: token, peerToken: "peer") }
        descriptor = pair[0]
        http = HTTPConnection(ByteStream(socket: pair[0]))
    }

    /// One call; the answer's head and body.
    func call(
        _ name: String, instance: Int? = nil, _ fields: HTTPFields = [:], body: Bytes = Bytes(""),
        method: String = "POST"
    ) throws -> (head: HTTPHead, body: Bytes) {
        var fields = fields
        if let instance { fields.append(WireHeader.instance, String(instance)) }
        let deadline = Deadline.after(milliseconds: 10_000)
        try http.send(method, "/v1/\(name)", fields, body: body.count > 0 ? [body] : [], deadline: deadline)
        let head = try #require(try http.receiveHead(deadline: deadline))
        return (head, try http.receiveBody(of: head, limit: 1 << 30, deadline: deadline))
    }

    /// One call that must succeed.
    @discardableResult
    func ok(
        _ name: String, instance: Int? = nil, _ fields: HTTPFields = [:], body: Bytes = Bytes("")
    ) throws -> (head: HTTPHead, body: Bytes) {
        let answer = try call(name, instance: instance, fields, body: body)
        #expect(answer.head.status == 200, "\(name): \(answer.body.text)")
        return answer
    }

    /// One call that must fail: the code of its error.
    func failure(
        _ name: String, instance: Int? = nil, _ fields: HTTPFields = [:], body: Bytes = Bytes("")
    ) throws -> String {
        let answer = try call(name, instance: instance, fields, body: body)
        #expect(answer.head.status >= 400)
        return ErrorMessage(status: answer.head.status, body: answer.body).error.code.description
    }

    /// Makes an instance; gives its number.
    func create(_ type: String, _ name: String, options: String = "{}", grants: String = "[]") throws -> Int {
        let body = Bytes(
            #"{"capability": {"type": "\#(type)", "name": "\#(name)"}, "options": \#(options), "stage": "s", "#
                + #""grants": \#(grants)}"#)
        let answer = try JSONReader.read(try ok("create", body: body).body, file: "answer")
        guard case .integer(let number)? = answer["instance"]?.content else { throw TestFailure() }
        return Int(number)
    }

    /// Binds an instance; gives the answer.
    @discardableResult
    func bind(_ instance: Int, _ input: Schema?, _ request: ColumnRequest? = nil) throws -> ConfigNode {
        try JSONReader.read(
            try ok("bind", instance: instance, body: Self.agreement(input, request)).body, file: "answer")
    }

    static func agreement(_ input: Schema?, _ request: ColumnRequest?) -> Bytes {
        var json = JSONWriter()
        json.object { json in
            json.key("input")
            if let input { input.write(into: &json) } else { json.null() }
            json.key("request")
            if let request { request.write(into: &json) } else { json.null() }
        }
        return json.finish()
    }

    func frame(_ batch: Batch, carrying: [Bool]? = nil) throws -> Bytes {
        var output = ByteBuffer()
        try writer.write(batch, carrying: carrying, to: &output)
        return output.finish()
    }

    /// The frames of an answer by what they are.
    func frames(_ answer: (head: HTTPHead, body: Bytes), showing input: Bytes) throws -> [(String, Batch)] {
        var at = 0
        var found: [(String, Batch)] = []
        for part in answer.head.fields.words(WireHeader.parts) {
            let rest = Bytes(answer.body.buffer, at: answer.body.offset + at, count: answer.body.count - at)
            let length = try #require(try FrameReader.length(of: rest.span))
            found.append((part, try reader.read(rest, showing: input)))
            at += length
        }
        #expect(at == answer.body.count)
        return found
    }
}

struct TestFailure: Error {}

/// Runs `body` beside the test.
func runOnThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    _ = unsafe pthread_create(
        &thread, nil,
        { pointer in
            if let pointer = unsafe pointer { unsafe Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
            return nil
        }, box)
    pthread_detach(thread)
}

/// A batch of values.
func batch(_ texts: [String], _ schema: Schema = Schema(fields: [])) -> Batch {
    let builder = BatchBuilder(schema: schema)
    builder.begin()
    for text in texts { builder.value.append(copying: Bytes(text).span) }
    return builder.finish()
}

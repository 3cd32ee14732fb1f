import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Testing

@Suite struct HostileRequestTests {
    private let schema = Schema(fields: [Field("level", .word), Field("size", .int64)])

    @Test func nothingButHealthWithoutTheToken() throws {
        let client = TestClient(try PluginServer(everyRole()), token: "secret")
        let health = try client.call("health", method: "GET")
        #expect(health.head.status == 200 && health.head.fields["Patchbay-Peer"] == "peer")
        for wrong in [nil, "Bearer", "Bearer secres", "Bearer secretsecret", "secret", "Bearer "] {
            client.http.authorization = wrong
            #expect(try client.call("create", body: Bytes("{}")).head.status == 401)
        }
        client.http.authorization = "Bearer secret"
        #expect(try client.call("create", body: Bytes("{}")).head.status == 400)
    }

    @Test func wrongPathsMethodsAndInstances() throws {
        let client = TestClient(try PluginServer(everyRole()))
        #expect(try client.call("nothing").head.status == 404)
        #expect(try client.call("write", method: "GET").head.status == 405)
        #expect(try client.call("health").head.status == 405)
        #expect(try client.call("destroy", ["Patchbay-Instance": "1"]).head.status == 400)
        let instance = try client.create("sink", "taking")
        for number in ["0", "2", "-1", "18446744073709551616", "x", ""] {
            #expect(try client.call("flush", ["Patchbay-Instance": number]).head.status == 400)
        }
        try client.ok("destroy", instance: instance)
        #expect(try client.call("flush", instance: instance).head.status == 400)
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"capability": 1}"#, #"{"capability": {"type": "sink"}}"#,
        #"{"capability": {"type": "sink", "name": "none"}}"#,
        #"{"capability": {"type": "sink", "name": "taking"}, "options": {"unknown": 1}}"#,
        #"{"capability": {"type": "sink", "name": "taking"}, "grants": ["fly"]}"#,
        #"{"capability": {"type": "transform", "name": "repeating"}}"#,
    ]) func wrongInstancesAreNotMade(_ body: String) throws {
        let client = TestClient(try PluginServer(everyRole()))
        #expect(try client.call("create", body: Bytes(body)).head.status >= 400)
        #expect(try client.create("sink", "taking") == 1)
    }

    @Test func recordsOfAnotherSchemaAreRefused() throws {
        let client = TestClient(try PluginServer(everyRole()))
        let instance = try client.create("sink", "taking")
        let body = try client.frame(batch(["a"]))
        #expect(try client.failure("write", instance: instance, body: body) == "input")
        try client.bind(instance, schema)
        #expect(try client.failure("write", instance: instance, body: body) == "schema")
    }

    /// Every byte of a frame is changed, and the frame cut at every length: the server answers, and goes on.
    @Test func damagedFramesAreAnsweredWithErrors() throws {
        let client = TestClient(try PluginServer(everyRole()))
        let instance = try client.create("validator", "refusing")
        try client.bind(instance, schema)
        let whole = try client.frame(batch(["one", "", "three"], schema))
        for index in 0..<whole.count {
            let copy = Bytes(copying: whole.span)
            let byte = copy.buffer.load(index, as: UInt8.self)
            copy.buffer.store(byte ^ 0xFF, at: index)
            _ = try client.call("validate", instance: instance, body: copy)
            let cut = Bytes(whole.buffer, at: 0, count: index)
            #expect(try client.call("validate", instance: instance, body: cut).head.status == 400)
        }
        try client.ok("validate", instance: instance, body: whole)
    }

    /// What is no request ends the connection with an answer or without; the process goes on.
    @Test(arguments: [
        "nonsense\r\n\r\n", "\r\n\r\n\r\n", "POST /v1/create HTTP/1.1\r\nContent-Length: 99999999999999999\r\n\r\n",
        "POST /v1/create HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "POST /v1/create HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
        "POST /v1/create HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc",
        "GET /v1/health HTTP/1.1\r\n\r\nGET /v1/health HTTP/1.1\r\n\r\n\u{0}\u{1}\u{2}\r\n\r\n",
    ]) func garbageEndsTheConnection(_ text: String) throws {
        let client = TestClient(try PluginServer(everyRole()))
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(client.descriptor, $0.baseAddress, $0.count) }
        shutdown(client.descriptor, CInt(SHUT_WR))
        var status = 0
        while let head = try client.http.receiveHead(deadline: .after(milliseconds: 10_000)) {
            status = head.status
            _ = try client.http.receiveBody(of: head, limit: 1 << 20, deadline: .after(milliseconds: 10_000))
        }
        #expect([0, 200, 400, 413].contains(status))
    }
}

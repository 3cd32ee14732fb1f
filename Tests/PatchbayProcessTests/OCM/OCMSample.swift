import Foundation
import PatchbayCore
import PatchbayPlugin

@testable import PatchbayProcess

/// A program in a directory of its own that behaves as plugins made with OCM's SDK for Go do, with one fault.
final class OCMSample: Sendable {
    let path: String
    private let directory: String

    init(_ mode: String = "normal", capabilities: String? = nil) throws {
        directory = NSTemporaryDirectory() + "patchbay-ocm-sample-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        path = directory + "/sample"
        let text = Self.script.replacing("@MODE@", with: mode)
            .replacing("@CAPABILITIES@", with: capabilities ?? Self.capabilities)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Types of all nine capabilities, each with a type `T/v1`; the repository's has a schema.
    static let capabilities = """
        {"capabilities":[\
        {"type":"componentVersionRepository","supportedRepositorySpecTypes":[\
        {"type":"T/v1","aliases":null,"jsonSchema":"eyJ0eXBlIjoib2JqZWN0In0="}]},\
        {"type":"componentLister","supportedRepositorySpecTypes":[{"type":"T/v1"}]},\
        {"type":"credentialPlugin","supportedCredentialPluginTypes":[{"type":"T/v1"}]},\
        {"type":"credentialRepository","supportedConsumerIdentityTypes":null,\
        "supportedCredentialRepositorySpecTypes":[{"type":"T/v1"}]},\
        {"type":"digestProcessorRepository","supportedAccessTypes":[{"type":"T/v1"}]},\
        {"type":"resourceRepository","supportedAccessTypes":[{"type":"T/v1"}]},\
        {"type":"inputRepository","supportedInputTypes":[{"type":"T/v1"}]},\
        {"type":"blobTransformer","supportedTransformerSpecTypes":[{"type":"T/v1"}]},\
        {"type":"signingHandler","supportedSigningSpecTypes":[{"type":"T/v1"}]}\
        ],"supportedConfigTypes":["custom.config/v1"]}
        """

    func factory(_ change: (inout OCMOptions) -> Void = { _ in }) throws -> OCMFactory {
        var options = OCMOptions()
        options.stopMilliseconds = 300
        change(&options)
        return try OCMFactory(path: path, capabilities: Bytes(Self.capabilities), options: options)
    }

    private static let script = #"""
        #!/usr/bin/env python3
        import http.server, json, os, signal, socket, socketserver, sys, threading, time
        MODE = "@MODE@"
        if sys.argv[1:] == ["capabilities"]:
            print('@CAPABILITIES@'); sys.exit(0)
        assert sys.argv[1] == "--config", sys.argv
        conf = json.loads(sys.argv[2])
        def log(level, msg, **more): print(json.dumps({"time": "now", "level": level, "msg": msg, **more}), file=sys.stderr, flush=True)
        if MODE == "early-exit":
            print("panic: pattern \"/identity\" (registered at a.go:1) conflicts with pattern \"/identity\"\n\ngoroutine 1 [running]:", file=sys.stderr)
            sys.exit(2)
        if MODE == "silent": time.sleep(60)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def address_string(self): return "host"
            def log_message(self, *rest): pass
            def reply(self, status, body, kind="application/json"):
                body = body.encode()
                self.send_response(status); self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            def handle_any(self):
                server.touch()
                path, _, query = self.path.partition("?")
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size).decode()
                if path == "/healthz": return self.reply(503 if MODE == "unwell" else 200, "")
                if MODE == "crash":
                    print("fatal error: all goroutines are asleep", file=sys.stderr, flush=True); os._exit(7)
                if MODE == "hang": time.sleep(60)
                if MODE == "freeze": os.kill(os.getpid(), signal.SIGSTOP); time.sleep(60)
                if MODE == "garbage": self.wfile.write(b"\x00\x01nonsense\r\n\r\n"); self.close_connection = True; return
                if MODE == "no-json": return self.reply(200, "<html>")
                if MODE == "flood": return self.reply(200, '"' + "x" * 5_000_000 + '"')
                if path == "/identity" and MODE == "identity":
                    return self.reply(500, "json: cannot unmarshal object into Go struct field .type of type runtime.Typed\n", "text/plain")
                if path.endswith("/upload") and MODE == "empty": return self.reply(200, "")
                if path in ("/component-version/check-health",): return self.reply(404, "404 page not found\n", "text/plain")
                if path.startswith("/component-version") and self.headers.get("Authorization") is None:
                    return self.reply(401, "missing authorization\n", "text/plain")
                if "status=" in query:
                    status = int(query.split("status=")[1]); return self.reply(status, "panic recovered\n", "text/plain")
                log("INFO", "called", path=path, n=1)
                self.reply(200, json.dumps({"method": self.command, "path": path, "query": query, "body": body, "pid": os.getpid(),
                    "authorization": self.headers.get("Authorization"), "type": self.headers.get("Content-Type"), "config": conf}))
            do_GET = do_POST = do_PUT = handle_any
        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            last = time.monotonic()
            def touch(self): self.last = time.monotonic()
        path = f"/tmp/{conf['id']}-plugin.socket"
        if conf["type"] == "unix":
            if os.path.exists(path):
                print("process using socket file is still alive under pid 1", file=sys.stderr); sys.exit(1)
            open(path + ".lock", "w").write(str(os.getpid()))
            Server.address_family = socket.AF_UNIX
            if MODE == "slow":
                print(f"http+unix://{path}", flush=True); time.sleep(0.4)
            server = Server(path, Handler); line = f"http+unix://{path}"
        else:
            Server.address_family = socket.AF_INET6
            server = Server(("::", 0), Handler); line = f"[::]:{server.server_address[1]}"
        def stop(*_):
            if MODE == "stubborn": return
            if conf["type"] == "unix": os.unlink(path)
            os._exit(0)  # the lock stays behind
        signal.signal(signal.SIGINT, stop); signal.signal(signal.SIGTERM, stop)
        def idle():
            while True:
                time.sleep(0.05)
                if time.monotonic() - server.last > conf["idleTimeout"] / 1e9: stop()
        threading.Thread(target=idle, daemon=True).start()
        if MODE == "elsewhere": line = "http://192.0.2.1:80"
        if MODE == "child" and os.fork() == 0: time.sleep(300); os._exit(0)
        def chatter(count):
            for _ in range(count): sys.stdout.write("x" * 1000 + "\n")
            sys.stdout.flush()
        if MODE == "chatty": print("starting up"); chatter(1000)
        print(line, flush=True, file=sys.stderr if MODE == "stderr" else sys.stdout)
        if MODE == "chatty": threading.Thread(target=chatter, args=(4000,), daemon=True).start()
        server.serve_forever()
        """#
}

/// One instance and what it logged.
struct OCMSession {
    var plugin: any CapabilityPlugin
    let capability: Capability
    let log = Log()

    final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var kept: [LogLine] = []
        func append(_ line: LogLine) { lock.withLock { kept.append(line) } }
        var lines: [LogLine] { lock.withLock { kept } }
    }

    init(
        _ factory: OCMFactory, _ type: String = "componentVersionRepository", milliseconds: Int? = 10_000,
        values: [String: ConfigNode] = [:], outputLimit: Int = 1 << 20
    ) throws {
        capability = Capability(type: type, name: "T/v1")
        var limits = PluginLimits()
        limits.millisecondsPerCall = milliseconds
        limits.outputBytesPerCall = outputLimit
        let log = log
        let scope = StageScope(stage: "test") { log.append($0) }
        let configuration = PluginConfiguration(checked: values, limits: limits, stage: "test", scope: scope)
        guard case .capability(let plugin) = try factory.makeInstance(for: capability, configuration: configuration)
        else { throw PluginError(.internalError, "no capability") }
        self.plugin = plugin
    }

    mutating func call(_ operation: String, _ input: String = "") throws -> ConfigNode {
        let bytes = Bytes(input)
        var output = ByteBuffer()
        try plugin.call(capability, operation: operation, input: bytes.span, output: &output)
        let answer = output.finish()
        return answer.count == 0 ? ConfigNode(.null) : try JSONReader.read(answer, file: "answer", sizeLimit: 16 << 20)
    }

    /// A call that answers on every endpoint of the type.
    mutating func ask() throws -> ConfigNode { try call("component-versions", #"{"request":{"name":"a"}}"#) }
}

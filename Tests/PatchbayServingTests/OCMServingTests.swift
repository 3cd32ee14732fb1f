import Foundation
import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayServing

/// A host of the Open Component Model, as its code has it: starts a plugin with `--config`, reads where it listens, asks
/// for its health, calls, and interrupts it.
private final class OCMHost {
    let process = Process()
    let location: String
    private let output = Pipe()
    private let errors = Pipe()

    static var probe: URL {
        Bundle.main.bundleURL.deletingLastPathComponent().appendingPathComponent("OCMProbe")
    }

    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Beside the test bundle, whatever the runner is called.
    static let executable: URL = {
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let places = [own, probe.deletingLastPathComponent()].map { $0.appendingPathComponent("OCMProbe") }
        return places.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? probe
    }()

    init(_ configuration: String) throws {
        process.executableURL = Self.executable
        process.arguments = ["--config", configuration]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 { line.append(byte) }
        location = String(decoding: line, as: UTF8.self)
    }

    func connect() throws -> HTTPConnection {
        if location.hasPrefix("http+unix://") {
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let path = Array(location.dropFirst("http+unix://".count).utf8)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
            try #require(Self.connect(descriptor, &address) == 0)
            return HTTPConnection(ByteStream(socket: descriptor))
        }
        let port = try #require(location.hasPrefix("http://127.0.0.1:") ? UInt16(location.dropFirst(17)) : nil)
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try #require(Self.connect(descriptor, &address) == 0)
        return HTTPConnection(ByteStream(socket: descriptor))
    }

    private static func connect<Address>(_ descriptor: CInt, _ address: inout Address) -> CInt {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    func ask(
        _ method: String, _ target: String, _ body: String = "", credentials: String? = nil
    ) throws -> (status: Int, body: String) {
        let http = try connect()
        http.authorization = credentials
        let deadline = Deadline.after(milliseconds: 10_000)
        try http.send(method, target, ["Content-Type": "application/json"], body: [Bytes(body)], deadline: deadline)
        let head = try #require(try http.receiveHead(deadline: deadline))
        return (head.status, try http.receiveBody(of: head, limit: 1 << 20, deadline: deadline).text)
    }

    /// Interrupts the plugin; its status and what it logged.
    func end() -> (status: Int32, log: String) {
        process.interrupt()
        process.waitUntilExit()
        return (
            process.terminationStatus,
            String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        )
    }
}

@Suite("A plugin in Swift under a host of the Open Component Model", .timeLimit(.minutes(1)))
struct OCMServingTests {
    private static let configuration = #"{"id":"demo","type":"unix","pluginType":"","idleTimeout":3600000000000}"#

    @Test("capabilities: one document for both kinds of hosts")
    func capabilities() throws {
        let ran = try OCMHost.run(["capabilities"])
        #expect(ran.status == 0)
        let tree = try JSONReader.read(Bytes(ran.output), file: "capabilities")
        let entries = try #require(tree["capabilities"]?.elements)
        #expect(entries.compactMap { $0["type"]?.string } == ["signingHandler", "componentVersionRepository"])
        let listed = try #require(entries[0]["supportedSigningSpecTypes"]?.elements)
        #expect(listed.compactMap { $0["type"]?.string } == ["Backwards/v1", "Forwards/v1"])
        let schemas = listed.compactMap { $0["jsonSchema"]?.string.flatMap(Base64.decoded)?.text }
        #expect(schemas.first?.contains("Backwards/v1") == true)
        #expect(schemas.last == #"{"type":"object"}"#)
        let manifest = try PluginManifest(json: Bytes(ran.output), file: "capabilities")
        #expect(
            manifest.capabilities.map(\.description) == [
                "signingHandler/Backwards/v1", "signingHandler/Forwards/v1", "componentVersionRepository/Shelf/v1",
            ])
    }

    @Test("location, health, calls, logs, end; over both transports", arguments: ["unix", "tcp"])
    func calls(transport: String) throws {
        let host = try OCMHost(Self.configuration.replacing("unix", with: transport))
        #expect(try host.ask("GET", "/healthz").status == 200)
        let signed = try host.ask(
            "POST", "/sign", #"{"digest":{"value":"abc"},"config":{"type":"Backwards/v1"}}"#,
            credentials: #"{"type":"Key/v1"}"#)
        #expect(signed.status == 200)
        #expect(signed.body == #"{"signature":{"algorithm":"Backwards/v1","value":"cba","issuer":"Key/v1"}}"#)
        let other = try host.ask("POST", "/sign", #"{"digest":{"value":"abc"},"config":{"type":"Forwards/v1"}}"#)
        #expect(other.body.contains(#""value":"abc","issuer":"nobody""#))
        let query = try host.ask("GET", "/local-resource/download?name=a%20b+c&version=1&identity=eyJuYW1lIjoiciJ9")
        #expect(query.body == #"{"request":{"name":"a b c","version":"1","identity":{"name":"r"}}}"#)
        let ended = host.end()
        #expect(ended.status == 0)
        #expect(ended.log.contains(#"{"level":"INFO","msg":"called","operation":"sign"}"#))
        if transport == "unix" {
            let path = String(host.location.dropFirst("http+unix://".count))
            #expect(
                !FileManager.default.fileExists(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path))
        }
    }

    @Test("errors are plain text with a status")
    func errors() throws {
        let host = try OCMHost(Self.configuration)
        let input = try host.ask("POST", "/sign", "{}")
        #expect(input.status == 400)
        #expect(input.body == "there is no digest\n")
        #expect(try host.ask("POST", "/verify", #"{"digest":{"value":"a"}}"#).status == 404)
        #expect(try host.ask("POST", "/components/list", "{}").status == 404)
        #expect(try host.ask("GET", "/sign").status == 405)
        #expect(try host.ask("DELETE", "/healthz").status == 405)
        #expect(try host.ask("POST", "/sign", "[]").status == 400)
        #expect(try host.ask("POST", "/sign", "{").status == 400)
        #expect(try host.ask("POST", "/sign", "{}", credentials: "Bearer x").status == 401)
        #expect(try host.ask("GET", "/local-resource/download?identity=%25").status == 400)
        #expect(host.end().status == 0)
    }

    @Test("two hosts at once; an idle exit; /shutdown")
    func lifetime() throws {
        let hosts = [try OCMHost(Self.configuration), try OCMHost(Self.configuration)]
        for host in hosts { #expect(try host.ask("GET", "/healthz").status == 200) }
        #expect(hosts[0].location != hosts[1].location)
        #expect(hosts[0].end().status == 0)
        #expect(try hosts[1].ask("POST", "/shutdown").status == 200)
        hosts[1].process.waitUntilExit()
        #expect(hosts[1].process.terminationStatus == 0)
        let idle = try OCMHost(#"{"id":"demo","type":"unix","idleTimeout":200000000}"#)
        idle.process.waitUntilExit()
        #expect(idle.process.terminationStatus == 0)
    }

    @Test("configurations that are none", arguments: ["", "{", "[]", #"{"type":"carrier pigeon"}"#])
    func refused(configuration: String) throws {
        for arguments in [["--config", configuration], ["--config=\(configuration)"]] {
            let ran = try OCMHost.run(arguments)
            #expect(ran.status == 1)
            #expect(ran.output.hasPrefix(#"{"level":"ERROR","msg":"#))
        }
    }
}

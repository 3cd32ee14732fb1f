import PatchbayCore
@testable import PatchbayHost
import PatchbayPlugin
import Synchronization
import Testing

@testable import PatchbayWasm

/// Services for tests, and the lines that they logged.
final class Hosted {
    final class Lines: Sendable {
        private let all = Mutex<[LogLine]>([])
        func add(_ line: LogLine) { all.withLock { $0.append(line) } }
        var value: [LogLine] { all.withLock { $0 } }
    }
    let lines = Lines()
    let scope: StageScope
    private let configuration: PluginConfiguration

    init(
        _ grants: String..., values: [String: ConfigNode] = [:], secrets: Set<String> = [],
        limits: (inout PluginLimits) -> Void = { _ in }
    ) throws {
        let lines = lines
        scope = StageScope(stage: "s") { lines.add($0) }
        var given = Grants.default
        for grant in grants { given.insert(try Grant(grant)) }
        var own = PluginLimits()
        limits(&own)
        configuration = PluginConfiguration(
            checked: values, secrets: secrets, grants: given, limits: own, stage: "s", scope: scope)
    }

    func services(
        _ capability: Capability = Capability(.filter, name: "f"), caller: HostServices.Caller? = nil
    )
        -> HostServices
    {
        HostServices(
            for: capability, configuration: configuration, caller: caller,
            environment: { ["TOKEN": "from outside", "OTHER": "x"][$0] })
    }
}

// The macros of the testing library cannot take calls apart that have spans as arguments.
extension HostServices {
    func granted(_ name: String) -> Int32 { granted(Bytes(name).span) }
    func write(_ handle: Int32, _ text: String) -> Int64 { write(handle, Bytes(text).span) }
    /// The outcome of reading up to `room` bytes.
    func received(_ handle: Int32, room: Int = 10) -> Int64 {
        var bytes = [UInt8](repeating: 0, count: room)
        var span = bytes.mutableSpan
        return read(handle, into: &span)
    }
    /// The outcome of fetching an answer, and the first bytes of it.
    func answer(room: Int) -> (Int64, String) {
        var bytes = [UInt8](repeating: 32, count: room)
        var span = bytes.mutableSpan
        let length = answer(into: &span)
        return (length, String(decoding: bytes, as: UTF8.self))
    }
}

@Suite struct HostServicesTests {
    @Test func `what was not granted ends the call and names the grant`() throws {
        let services = try Hosted().services()
        let name = Bytes("N")
        var memory: [UInt8] = [0]
        func denied(_ grant: String, _ body: () throws -> Void) {
            let error = #expect(throws: PluginError.self) { try body() }
            #expect(error?.code == .denied)
            #expect(error?.message == "needs the grant '\(grant)'")
            #expect(services.granted(grant) == 0)
        }
        denied("clock") { _ = try services.clock(0) }
        denied("random") {
            var span = memory.mutableSpan
            try services.random(&span)
        }
        denied("state") { _ = try services.state(name.span) }
        denied("state") { _ = try services.setState(name.span, name.span) }
        denied("state") { try services.removeState(name.span) }
        denied("secret:N") { _ = try services.secret(name.span) }
        denied("call:a/b") { _ = try services.call(Bytes("a/b").span, operation: name.span, input: name.span) }
        denied("read:/etc/passwd") { _ = try services.open(Bytes("/etc/passwd").span, mode: 0) }
        denied("write:/etc/passwd") { _ = try services.open(Bytes("/etc/passwd").span, mode: 1) }
        denied("connect:localhost:80") { _ = try services.connect(Bytes("LocalHost").span, port: 80) }
        for text in ["log", "metrics"] { #expect(services.granted(text) == 1) }
        for text in ["", "nonsense", "read:", "clock:"] { #expect(services.granted(text) == 0) }
    }

    @Test func `clocks tell the time and go on`() throws {
        let services = try Hosted("clock").services()
        #expect(try services.clock(0) > 1_600_000_000_000_000_000)
        let first = try services.clock(1)
        #expect(try services.clock(1) >= first)
        #expect(throws: PluginError.self) { try services.clock(2) }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 5000])
    func `random bytes fill everything`(count: Int) throws {
        let services = try Hosted("random").services()
        var sum = [UInt8](repeating: 0, count: count)
        for _ in 0..<20 {
            var bytes = [UInt8](repeating: 0, count: count)
            var span = bytes.mutableSpan
            try services.random(&span)
            for index in bytes.indices { sum[index] |= bytes[index] }
        }
        #expect(!sum.contains(0))
    }

    @Test func `options come as text or JSON`() throws {
        let services = try Hosted(
            values: ["a": "text", "b": 5, "c": [1, "x"], "d": ConfigNode(.null), "e": true]
        ).services()
        func text(_ name: String) -> String? {
            services.config(Bytes(name).span).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(text("a") == "text" && text("b") == "5" && text("c") == #"[1,"x"]"# && text("e") == "true")
        #expect(text("d") == nil && text("") == nil && text("aa") == nil)
    }

    @Test func `a secret is a secret option, or a granted variable`() throws {
        let services = try Hosted(
            "secret:TOKEN", "secret:MISSING", values: ["password": "p", "open": "o"], secrets: ["password"]
        ).services()
        func secret(_ name: String) throws -> String? {
            try services.secret(Bytes(name).span).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try secret("password") == "p")
        #expect(services.granted("secret:password") == 1)
        #expect(try secret("TOKEN") == "from outside")
        #expect(try secret("MISSING") == nil)
        for name in ["open", "OTHER", "", "TOKEN\0", "TOKEN=", "token"] {
            #expect(throws: PluginError.self) { try secret(name) }
        }
    }

    @Test func `results are cut to the room that there is`() {
        func copied(_ value: [UInt8]?, room: Int) -> (Int64, [UInt8]) {
            var memory = [UInt8](repeating: 9, count: room)
            var span = memory.mutableSpan
            let length = HostServices.copy(value, into: &span)
            return (length, memory)
        }
        #expect(copied([1, 2, 3, 4], room: 3) == (4, [1, 2, 3]))
        #expect(copied([1], room: 2) == (1, [1, 9]))
        #expect(copied([1], room: 0) == (1, []))
        #expect(copied(nil, room: 1) == (-1, [9]))
    }

    @Test func `state is shared by the stage and outlives the instance`() throws {
        let hosted = try Hosted("state")
        let key = Bytes("k")
        var first: HostServices? = hosted.services()
        #expect(try first?.setState(key.span, Bytes("v").span) == 0)
        first = nil
        let second = hosted.services()
        #expect(try second.state(key.span) == Array("v".utf8))
        #expect(try second.state(Bytes("K").span) == nil)
        try second.removeState(key.span)
        #expect(try second.state(key.span) == nil)
        #expect(hosted.scope.state.size == 0)
    }

    @Test func `state cannot grow over its limit`() throws {
        let hosted = try Hosted("state") { $0.stateBytes = 1000 }
        let services = hosted.services()
        let large = Bytes(copying: [UInt8](repeating: 1, count: 1001).span)
        let half = Bytes(copying: [UInt8](repeating: 2, count: 500).span)
        #expect(try services.setState(Bytes("a").span, large.span) == -1)
        #expect(try services.setState(large.span, Bytes("").span) == -1)
        #expect(try services.setState(Bytes("a").span, half.span) == 0)
        #expect(try services.setState(Bytes("b").span, half.span) == -1)
        #expect(try services.setState(Bytes("a").span, half.span) == 0)
        #expect(try services.state(Bytes("a").span)?.count == 500)
        var kept = 0
        for number in 0..<1000 where try services.setState(Bytes("\(number)").span, Bytes("").span) == 0 { kept += 1 }
        #expect(kept == 6)
        #expect(hosted.scope.state.size <= 1000)
    }
}

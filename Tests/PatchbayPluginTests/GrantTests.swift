import Testing

@testable import PatchbayPlugin

@Suite struct GrantTests {
    @Test(arguments: [
        "log", "metrics", "clock", "random", "state", "secret:API_TOKEN", "call:greeting/polite", "read:./in.dlt",
        "write:/var/out:put", "connect:example.org:443", "connect:[::1]:80",
    ])
    func `a grant is written as it is read`(text: String) throws {
        #expect(try Grant(text).description == text)
    }

    @Test(arguments: [
        ("clok", "'clok' is no grant", "did you mean 'clock'?"),
        ("reed:/x", "'reed:/x' is no grant", "did you mean 'read:/x'?"),
        ("clock:now", "the grant 'clock:now' has something behind 'clock', which stands alone", "write 'clock'"),
        ("read", "the grant 'read' is not complete", "write 'read:PATH'"),
        ("read:", "the grant 'read:' is not complete", "write 'read:PATH'"),
        ("read:a\0b", "the grant 'read:a\\u{0}b' has a zero byte in its path", nil),
        ("secret:A=B", "the grant 'secret:A=B' names no secret", "a name has letters, digits, '_', '-' and '.'"),
        ("call:greeting", "the grant 'call:greeting' names no capability", "write 'call:TYPE/NAME'"),
        ("connect:host", "the grant 'connect:host' names no port", "write 'connect:HOST:PORT'"),
        ("connect:[::1]", "the grant 'connect:[::1]' names no port", "write 'connect:HOST:PORT'"),
        ("connect:h:0", "the grant 'connect:h:0' has no port from 1 to 65535", "write 'connect:HOST:PORT'"),
        ("connect:h:65536", "the grant 'connect:h:65536' has no port from 1 to 65535", "write 'connect:HOST:PORT'"),
        ("connect:h:+80", "the grant 'connect:h:+80' has no port from 1 to 65535", "write 'connect:HOST:PORT'"),
        ("connect::80", "the grant 'connect::80' names no host", "a host is a name such as example.org, or an address"),
        (
            "connect:::1:80", "the grant 'connect:::1:80' has colons in its host",
            "write an IPv6 address in brackets: 'connect:[::1]:80'"
        ),
    ])
    func `what is no grant is said precisely`(text: String, message: String, advice: String?) {
        let error = #expect(throws: PluginError.self) { _ = try Grant(text) }
        #expect(error?.message == message)
        #expect(error?.advice == advice)
    }

    @Test func `any text is a grant or an error`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "read", "connect", "call", ":", "/", "[", "]", "::", "\0", "é", "80", "99999", " ", "secret", ".",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement() ?? "" }.joined()
            guard let grant = try? Grant(text) else { continue }
            #expect((try? Grant(grant.description)) == grant)
        }
    }

    @Test func `log and metrics are given, nothing else`() {
        let grants = Grants.default
        #expect(grants.allows(.log) && grants.allows(.metrics))
        for grant: Grant in [.clock, .random, .state, .secret("A"), .read("/"), .write("/tmp"), .read("")] {
            #expect(!grants.allows(grant))
        }
        #expect(!Grants.none.allows(.log))
    }

    @Test func `hosts are compared without case, ports exactly`() throws {
        let grants = Grants([try Grant("connect:Example.ORG:443")])
        #expect(grants.allows(try Grant("connect:example.org:443")))
        #expect(!grants.allows(try Grant("connect:example.org:80")))
        #expect(!grants.allows(try Grant("connect:www.example.org:443")))
    }

    @Test func `the error names the missing grant and what to do`() {
        let error = Grant.read("/var/log/x.dlt").missing
        #expect(
            error.description == "needs the grant 'read:/var/log/x.dlt'; add it under 'grants' of the stage")
        #expect(!Grant.read("/a\u{1B}[2J\n").missing.description.utf8.contains { $0 < 32 })
    }

    @Test func `a list of a configuration is read with places`() {
        let place = ConfigPosition(file: "p.yaml", line: 3, column: 5)
        let (grants, diagnostics) = Grants.read(
            ["clock", ConfigNode(.string("stat"), at: place), 5, ["read": "./x"], "clock"])
        #expect(grants.all == [.log, .metrics, .clock])
        #expect(
            diagnostics.map(\.description) == [
                "p.yaml:3:5: error: 'stat' is no grant; did you mean 'state'?",
                #"error: expected a grant, got a whole number; a grant is text such as clock or "read:./in.dlt""#,
                #"error: expected a grant, got a mapping; write "read:./x" without the space"#,
                "warning: the grant 'clock' is given twice",
            ])
    }

    @Test func `what a manifest wants is compared`() throws {
        let grants = Grants([.clock, .secret("A")])
        #expect(grants.lacks(permission: "clock") == nil)
        #expect(grants.lacks(permission: "secret") == nil)
        #expect(grants.lacks(permission: "secret:B") == "secret:B")
        #expect(grants.lacks(permission: "read") == "read:PATH")
        #expect(grants.lacks(permission: "file") == nil)
    }

    @Test func `limits are read and checked`() throws {
        let (limits, none) = PluginLimits.read(["memory": "64MiB", "time": "500ms", "log_rate": 5, "fuel": 1000])
        #expect(none.isEmpty)
        var expected = PluginLimits()
        expected.memory = 64 << 20
        expected.millisecondsPerCall = 500
        expected.logLinesPerSecond = 5
        expected.fuelPerCall = 1000
        #expect(limits == expected)
        #expect(PluginLimits.read(["time": 0]).limits?.millisecondsPerCall == nil)
        #expect(PluginLimits.read(nil).limits == PluginLimits())
    }

    @Test(arguments: [
        ("memory", "5TiB", "option 'memory': the value must be from 64KiB to 4GiB"),
        ("time", "10us", "option 'time': the value must be from 1ms to 24h, or 0 for no limit"),
        ("tiem", "1s", "unknown option 'tiem'"),
    ])
    func `wrong limits are errors`(name: String, value: String, message: String) {
        let node = ConfigNode(.map([ConfigNode.Entry(key: name, value: ConfigNode(.string(value)))]))
        let (limits, diagnostics) = PluginLimits.read(node)
        #expect(limits == nil)
        #expect(diagnostics.map(\.message) == [message])
    }
}

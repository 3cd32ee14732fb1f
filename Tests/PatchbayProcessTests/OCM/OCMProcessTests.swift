import Foundation
import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

@Suite("OCM: plugins as they are", .timeLimit(.minutes(2)))
struct OCMProcessTests {
    private func files(of session: ConfigNode) -> [String] {
        guard let id = session["config"]?["id"]?.string else { return ["no id"] }
        return ["/tmp/\(id)-plugin.socket", "/tmp/\(id)-plugin.socket.lock"].filter(
            FileManager.default.fileExists(atPath:))
    }

    private func isAlive(_ answer: ConfigNode) -> Bool {
        guard case .integer(let pid) = answer["pid"]?.content else { return true }
        return kill(pid_t(pid), 0) == 0
    }

    private func error(_ body: () throws -> Void) -> PluginError? { #expect(throws: PluginError.self) { try body() } }

    @Test("a call: the configuration in the arguments, query, headers; afterwards nothing is left")
    func call() throws {
        let sample = try OCMSample()
        var session = try OCMSession(
            try sample.factory(),
            values: ["config": [["type": "custom.config/v1", "x": 1], ["type": "other/v1"]]])
        let answer = try session.call(
            "component-version/download",
            #"{"request":{"name":"a","version":"1"},"credentials":{"type":"Credentials/v1"}}"#)
        #expect(answer["method"]?.string == "GET")
        #expect(answer["path"]?.string == "/component-version/download")
        #expect(answer["query"]?.string == "name=a&version=1")
        #expect(answer["authorization"]?.string == #"{"type":"Credentials/v1"}"#)
        let given = answer["config"]
        #expect(given?["type"]?.string == "unix")
        #expect(given?["pluginType"]?.string == "")
        guard case .integer(3_600_000_000_000) = given?["idleTimeout"]?.content else {
            throw PluginError(.input, "idle")
        }
        #expect(given?["configTypes"]?.elements.count == 1)
        #expect(given?["configTypes"]?.elements.first?["type"]?.string == "custom.config/v1")
        #expect(!files(of: answer).isEmpty)
        session.plugin.stop()
        #expect(!isAlive(answer))
        #expect(files(of: answer).isEmpty)
    }

    @Test("every endpoint of every capability type can be reached, through one process")
    func allEndpoints() throws {
        let sample = try OCMSample()
        let factory = try sample.factory()
        var pids: Set<String> = []
        var sessions: [OCMSession] = []
        for type in OCMCapabilityType.allCases {
            var session = try OCMSession(factory, type.rawValue)
            for endpoint in type.endpoints where endpoint.operation != "component-version/check-health" {
                let specification = #"{"type":"T/v1"}"#
                let input =
                    #"{"request":{"repository":\#(specification),"config":\#(specification),"credential":\#(specification),"#
                    + #""resource":{"access":\#(specification),"input":\#(specification)},"source":{"input":\#(specification)},"#
                    + #""specification":\#(specification),"type":\#(specification)}}"#
                let answer = try session.call(endpoint.operation, endpoint.method == .get ? "" : input)
                #expect(answer["path"]?.string == "/" + endpoint.operation)
                #expect(answer["method"]?.string == endpoint.method.rawValue)
                #expect(answer["type"]?.string == (endpoint.method == .post ? "application/json" : nil))
                pids.insert("\(answer["pid"]?.content ?? .null)")
            }
            sessions.append(session)
        }
        #expect(pids.count == 1)
        for index in sessions.indices { sessions[index].plugin.stop() }
    }

    @Test("fault: over TCP the plugin prints an address without 'http://'")
    func addressWithoutScheme() throws {
        let sample = try OCMSample()
        var session = try OCMSession(try sample.factory { $0.usesTCP = true })
        #expect(try session.ask()["config"]?["type"]?.string == "tcp")
        session.plugin.stop()
    }

    @Test("a location on standard error, a plugin that is slow to listen, a bad status of the health check")
    func oddStarts() throws {
        for mode in ["stderr", "slow", "unwell"] {
            let sample = try OCMSample(mode)
            var session = try OCMSession(try sample.factory())
            #expect(try session.ask()["path"]?.string == "/component-versions", "\(mode)")
            session.plugin.stop()
        }
    }

    @Test("fault: two capabilities that own /identity; the early end is noticed at once, with what was written")
    func earlyExit() throws {
        let sample = try OCMSample("early-exit")
        var session = try OCMSession(try sample.factory())
        let begin = ContinuousClock.now
        let error = error { _ = try session.ask() }
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(error?.code == .crashed)
        #expect(error?.message.contains("exited with status 2") == true)
        #expect(error?.cause?.contains("conflicts with pattern") == true)
    }

    @Test("a plugin that never says where it listens, and one that is elsewhere")
    func noLocation() throws {
        let silent = try OCMSample("silent")
        var session = try OCMSession(try silent.factory { $0.startMilliseconds = 400 })
        #expect(error { _ = try session.ask() }?.code == .timedOut)
        let elsewhere = try OCMSample("elsewhere")
        session = try OCMSession(try elsewhere.factory { $0.usesTCP = true })
        #expect(error { _ = try session.ask() }?.code == .denied)
    }

    @Test("fault: what is written on standard output behind the location is drained")
    func chatty() throws {
        let sample = try OCMSample("chatty")
        var session = try OCMSession(try sample.factory())
        for _ in 0..<5 { #expect(try session.ask()["path"]?.string == "/component-versions") }
        session.plugin.stop()
    }

    @Test("JSON lines on standard error become log records")
    func logs() throws {
        let sample = try OCMSample()
        var session = try OCMSession(try sample.factory())
        _ = try session.ask()
        session.plugin.stop()
        let line = try #require(session.log.lines.first { $0.message == "called" })
        #expect(line.level == .info)
        #expect(line.fields.contains(LogLine.Field(name: "path", value: "/component-versions")))
    }

    @Test("fault: after an idle exit the plugin is started again")
    func idleExit() throws {
        let sample = try OCMSample()
        var session = try OCMSession(try sample.factory { $0.idleMilliseconds = 150 })
        let first = try session.ask()
        for _ in 0..<100 where isAlive(first) { Thread.sleep(forTimeInterval: 0.05) }
        let second = try session.ask()
        #expect(!isAlive(first))
        #expect(first["config"]?["id"]?.string != second["config"]?["id"]?.string)
        #expect(files(of: first).isEmpty)
        session.plugin.stop()
    }

    @Test("a crash is an error with its reason; the next call starts the plugin again")
    func crash() throws {
        let sample = try OCMSample("crash")
        var session = try OCMSession(try sample.factory())
        for _ in 0..<2 {
            let error = error { _ = try session.ask() }
            #expect(error?.code == .crashed)
            #expect(error?.message.contains("exited with status 7") == true)
            #expect(error?.cause?.contains("goroutines are asleep") == true)
        }
        session.plugin.stop()
    }

    @Test("killed between two calls")
    func killed() throws {
        let sample = try OCMSample()
        var session = try OCMSession(try sample.factory())
        let first = try session.ask()
        guard case .integer(let pid) = first["pid"]?.content else { throw PluginError(.input, "no pid") }
        kill(pid_t(pid), SIGKILL)
        #expect(try session.ask()["path"]?.string == "/component-versions")
        #expect(files(of: first).isEmpty)
        session.plugin.stop()
    }

    @Test("a call that hangs passes its deadline; a plugin that stands still is replaced before the next one")
    func hangs() throws {
        let hanging = try OCMSample("hang")
        var session = try OCMSession(try hanging.factory(), milliseconds: 1500)
        #expect(error { _ = try session.ask() }?.code == .timedOut)
        session.plugin.stop()

        let freezing = try OCMSample("freeze")
        let factory = try freezing.factory { $0.healthMilliseconds = 200 }
        session = try OCMSession(factory, milliseconds: 2000)
        #expect(error { _ = try session.ask() }?.code == .timedOut)
        let begin = ContinuousClock.now
        // The new process stands still in its turn, which shows that there is one.
        #expect(error { _ = try session.ask() }?.code == .timedOut)
        #expect(ContinuousClock.now - begin < .seconds(8))
        session.plugin.stop()
    }

    @Test("a plugin that no signal impresses is killed with its group")
    func stubborn() throws {
        let sample = try OCMSample("stubborn")
        var session = try OCMSession(try sample.factory())
        let answer = try session.ask()
        let begin = ContinuousClock.now
        session.plugin.stop()
        #expect(ContinuousClock.now - begin < .seconds(3))
        #expect(!isAlive(answer))
        #expect(files(of: answer).isEmpty)
    }

    @Test("fault: requests for an identity that the SDK cannot read")
    func identity() throws {
        let sample = try OCMSample("identity")
        var session = try OCMSession(try sample.factory(), "resourceRepository")
        let error = error { _ = try session.call("identity", #"{"request":{"type":{"type":"T/v1"}}}"#) }
        #expect(error?.code == .unsupported)
        session.plugin.stop()
    }

    @Test("fault: 200 with nothing for a request that could not be read")
    func emptyAnswer() throws {
        let sample = try OCMSample("empty")
        var session = try OCMSession(try sample.factory())
        let request = #"{"request":{"repository":{"type":"T/v1"}}}"#
        #expect(error { _ = try session.call("local-resource/upload", request) }?.code == .invalidResult)
        #expect(try session.call("component-version/upload", request).isNull)
        session.plugin.stop()
    }

    @Test("statuses: 404 of what is never registered, 401, 500 with its text")
    func statuses() throws {
        let sample = try OCMSample()
        var session = try OCMSession(try sample.factory())
        let health = error {
            _ = try session.call("component-version/check-health", #"{"request":{"repository":{"type":"T/v1"}}}"#)
        }
        #expect(health?.code == .unsupported)
        for (status, code) in [
            (401, PluginError.Code.denied), (500, .internalError), (400, .input), (204, .invalidResult),
        ] {
            let error = error { _ = try session.call("component-versions", #"{"request":{"status":\#(status)}}"#) }
            #expect(error?.code == code)
            #expect(error?.message.contains("\(status)") == true)
            if status > 400 { #expect(error?.cause == "panic recovered") }
        }
        session.plugin.stop()
    }

    @Test("answers that are none", arguments: ["garbage", "no-json", "flood"])
    func nonsense(mode: String) throws {
        let sample = try OCMSample(mode)
        var session = try OCMSession(try sample.factory())
        #expect(error { _ = try session.ask() }?.code == .invalidResult)
        session.plugin.stop()
    }

    @Test("two hosts use one plugin at the same time")
    func twoHosts() throws {
        let sample = try OCMSample()
        var sessions = [try OCMSession(try sample.factory()), try OCMSession(try sample.factory())]
        let answers = try [sessions[0].ask(), sessions[1].ask()]
        #expect(answers[0]["config"]?["id"]?.string != answers[1]["config"]?["id"]?.string)
        sessions[0].plugin.stop()
        #expect(try sessions[1].ask()["path"]?.string == "/component-versions")
        sessions[1].plugin.stop()
    }

    @Test("files of a dead process go, those of a living one and those of nobody knows whom stay")
    func staleFiles() throws {
        let sample = try OCMSample()
        func make(_ digit: Character, pid: String) throws -> String {
            let path = "/tmp/sample-\(String(repeating: digit, count: 16))-plugin.socket"
            try pid.write(toFile: path + ".lock", atomically: true, encoding: .utf8)
            return path + ".lock"
        }
        let gone = Process()
        gone.executableURL = URL(fileURLWithPath: "/bin/true")
        try gone.run()
        gone.waitUntilExit()
        let dead = try make("d", pid: "\(gone.processIdentifier)")
        let living = try make("a", pid: "\(getpid())")
        let unknown = try make("b", pid: "what")
        defer { for path in [dead, living, unknown] { try? FileManager.default.removeItem(atPath: path) } }
        var session = try OCMSession(try sample.factory())
        _ = try session.ask()
        session.plugin.stop()
        #expect(!FileManager.default.fileExists(atPath: dead))
        #expect(FileManager.default.fileExists(atPath: living))
        #expect(FileManager.default.fileExists(atPath: unknown))
    }

    @Test("a plugin that cannot be confined is not run where that is required")
    func sandboxRequired() throws {
        let sample = try OCMSample()
        let capability = Capability(type: "signingHandler", name: "T/v1")
        let factory = try sample.factory()
        #expect(throws: PluginError.self) {
            _ = try factory.makeInstance(
                for: capability, configuration: PluginConfiguration(checked: [:], sandbox: .required))
        }
    }

    @Test(
        "lines that name a place, and lines that do not",
        arguments: [
            ("http+unix:///tmp/a.socket", OCMLocation.unix("/tmp/a.socket")),
            ("http://127.0.0.1:80\r", .tcp(port: 80, isVersion6: false)),
            ("http://localhost:1/", .tcp(port: 1, isVersion6: false)),
            ("[::]:41737", .tcp(port: 41737, isVersion6: false)), (":9", .tcp(port: 9, isVersion6: false)),
            ("http://[::1]:9", .tcp(port: 9, isVersion6: true)), ("listening on 127.0.0.1:80", nil), ("", nil),
            ("2026-11-21 10:30", nil), ("[::]:0", nil), ("[::]:99999", nil),
        ] as [(String, OCMLocation?)])
    func locations(line: String, location: OCMLocation?) throws { #expect(try OCMLocation(line: line) == location) }

    @Test(
        "places that are refused",
        arguments: [
            "http://example.org:80", "http://10.0.0.1:80", "http://127.0.0.1", "http+unix://relative",
            "http+unix:///\(String(repeating: "a", count: 200))", "http://127.0.0.1@example.org:80",
        ])
    func refusedLocations(line: String) { #expect(throws: PluginError.self) { _ = try OCMLocation(line: line) } }
}

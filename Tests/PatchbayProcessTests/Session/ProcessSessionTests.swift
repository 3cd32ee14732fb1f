import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Synchronization
import Testing

@testable import PatchbayProcess

@Suite struct ProcessSessionTests {
    /// What `body` throws.
    static func failure(_ body: () throws -> Void) -> PluginError? {
        do {
            try body()
            return nil
        } catch {
            return error as? PluginError
        }
    }

    static func filter(_ filter: ProcessFilter, _ count: Int = 3) throws -> Int {
        var selection = Selection(count: count, all: false)
        try filter.filter(peerBatch(count), into: &selection)
        return selection.selectedCount
    }

    @Test func anInstanceIsCreatedWithWhatItNeeds() throws {
        let process = PeerProcess { request in
            if request.target == "create" {
                let body = request.body.text
                let all = [
                    #""type":"filter""#, #""name":"peer""#, #""options":{"level":"warn"}"#, #""stage":"a stage""#,
                    #""grants":["log","metrics"]"#,
                ]
                guard all.allSatisfy(body.contains), request.fields[WireHeader.instance] == nil,
                    request.fields[WireHeader.deadline] != nil
                else { return .json(body, status: 400) }
            } else if request.fields[WireHeader.instance] != "1" {
                return .json("no instance", status: 400)
            }
            return request.target == "filter" ? everyRow(3) : goodManners(request)
        }
        do {
            let filter = try process.filter()
            try filter.start(PluginContext(stage: "a stage"))
            #expect(try Self.filter(filter) == 3)
            #expect(process.state.withLock { $0.attached } == 1)
            #expect(process.state.withLock { $0.successes } == 1)
            filter.stop()
        }
        #expect(process.seen == ["create", "describe", "bind", "start", "filter", "stop", "destroy"])
        #expect(process.state.withLock { $0.attached } == 0)
    }

    @Test func aBrokenProcessIsAskedOnceMore() throws {
        let process = PeerProcess { request in
            guard request.target == "filter" else { return goodManners(request) }
            return request.earlier == 0 ? .close : everyRow(3)
        }
        let filter = try process.filter()
        try filter.start(PluginContext(stage: ""))
        #expect(try Self.filter(filter) == 3)
        #expect(filter.reloads == 1)
        #expect(
            process.seen == ["create", "describe", "bind", "start", "filter", "create", "bind", "start", "filter"])
        #expect(process.faults.count == 1)
    }

    @Test func aBatchThatBreaksItTwiceIsGuilty() throws {
        let process = PeerProcess { request in
            guard request.target == "filter" else { return goodManners(request) }
            // Batches of more than one record contain the guilty one.
            return request.body.text.contains("text 1") ? .close : everyRow(1)
        }
        let filter = try process.filter()
        let calls = { process.seen.count { $0 == "filter" } }
        #expect(Self.failure { _ = try Self.filter(filter) }?.code == .crashed)
        #expect(calls() == 2)
        // While the engine looks for the record nothing is tried twice.
        #expect(Self.failure { _ = try Self.filter(filter, 2) }?.code == .crashed)
        #expect(calls() == 3)
        #expect(try Self.filter(filter, 1) == 1)
        #expect(calls() == 4)
        #expect(Self.failure { _ = try Self.filter(filter, 2) }?.code == .crashed)
        #expect(calls() == 6)
    }

    @Test func aCallThatHangsIsNotAskedAgain() throws {
        let process = PeerProcess { request in
            request.target == "filter" ? request.earlier == 0 ? .silence : everyRow(3) : goodManners(request)
        }
        let filter = try process.filter(configuration(milliseconds: 50))
        let error = Self.failure { _ = try Self.filter(filter) }
        #expect(error?.code == .timedOut && error?.isFinal == false)
        #expect(process.seen.count { $0 == "filter" } == 1)
        #expect(try Self.filter(filter) == 3)
        #expect(filter.reloads == 1)
    }

    static let nonsense = [
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 302 Found\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 OK\r\n\r\n",
    ]

    @Test(arguments: nonsense) func nonsenseEndsTheProcess(_ text: String) throws {
        let process = PeerProcess { request in
            request.target == "filter" ? request.earlier == 0 ? .raw(text) : everyRow(3) : goodManners(request)
        }
        let filter = try process.filter()
        #expect(Self.failure { _ = try Self.filter(filter) }?.code == .invalidResult)
        #expect(process.faults.count == 1)
        #expect(try Self.filter(filter) == 3)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nContent-",
    ]) func anAnswerThatBreaksOffIsABrokenProcess(_ text: String) throws {
        let process = PeerProcess { request in
            request.target == "filter" ? request.earlier == 0 ? .raw(text) : everyRow(3) : goodManners(request)
        }
        let filter = try process.filter()
        #expect(try Self.filter(filter) == 3)
        #expect(filter.reloads == 1)
    }

    @Test func whatStateIsLostEndsTheSession() throws {
        let process = PeerProcess { request in
            request.target == "accumulate" ? request.earlier == 0 ? .ok : .close : goodManners(request)
        }
        let sums = try process.aggregate()
        var rejections = Rejections()
        try sums.accumulate(peerBatch(2), rejections: &rejections)
        let error = Self.failure { try sums.accumulate(peerBatch(2), rejections: &rejections) }
        #expect(error?.code == .crashed && error?.isFinal == true)
        #expect(error?.message.contains("what it had summed up is lost") == true)
        #expect(Self.failure { _ = try sums.finish() }?.isFinal == true)
        // Asked once, and nothing afterwards.
        #expect(process.seen.count { $0 == "accumulate" } == 2 && process.seen.last == "accumulate")
        #expect(process.state.withLock { $0.connections } == 1)
    }

    @Test func aNewInstanceMustAgreeToTheSame() throws {
        let process = PeerProcess { request in
            switch request.target {
            case "transform": .close
            case "bind" where request.generation > 1:
                .json(#"{"output": {"fields": [{"name": "n", "type": "bool"}]}, "wanted": null}"#)
            default: goodManners(request)
            }
        }
        let transform = try process.transform()
        var output = TransformOutput()
        let error = Self.failure { try transform.transform(peerBatch(1), into: &output) }
        #expect(error?.code == .invalidResult)
        #expect(error?.message.contains("other fields than the one before it") == true)
    }

    @Test func aRefusalKeepsTheInstance() throws {
        let process = PeerProcess { request in
            guard request.target == "filter", request.earlier == 0 else {
                return request.target == "filter" ? everyRow(3) : goodManners(request)
            }
            return .json(#"{"error": {"code": "input", "message": "not this"}}"#, status: 400)
        }
        let filter = try process.filter()
        let error = Self.failure { _ = try Self.filter(filter) }
        #expect(error?.code == .input && error?.message == "not this")
        #expect(try Self.filter(filter) == 3)
        #expect(filter.reloads == 0 && process.faults.isEmpty)
    }

    @Test(arguments: [#"{"error": {"code": "io", "message": "busy", "retryable": true}}"#, "busy"])
    func whatCanBeTriedAgainIs(_ body: String) throws {
        let process = PeerProcess { request in
            guard request.target == "filter" else { return goodManners(request) }
            return request.earlier < 3 ? .json(body, status: body == "busy" ? 429 : 500) : everyRow(3)
        }
        let filter = try process.filter()
        #expect(try Self.filter(filter) == 3)
        #expect(process.seen.count { $0 == "filter" } == 4)
    }

    @Test func tryingAgainEndsWithTheDeadline() throws {
        let process = PeerProcess { request in
            request.target == "filter" ? .json("", status: 503) : goodManners(request)
        }
        let filter = try process.filter(configuration(milliseconds: 60))
        #expect(Self.failure { _ = try Self.filter(filter) } != nil)
        #expect((2...6).contains(process.seen.count { $0 == "filter" }))
        #expect(process.faults.isEmpty)
    }

    @Test func aConnectionThatIsClosedAfterEachAnswerKeepsTheInstance() throws {
        let process = PeerProcess { request in
            var answer = request.target == "filter" ? everyRow(3) : goodManners(request)
            if case .answer(let status, var fields, let body) = answer {
                fields.append("Connection", "close")
                answer = .answer(status, fields, body)
            }
            return answer
        }
        let filter = try process.filter()
        #expect(try Self.filter(filter) == 3)
        #expect(try Self.filter(filter) == 3)
        filter.stop()
        #expect(process.seen.count { $0 == "create" } == 1)
        #expect(process.seen.last == "destroy")
        #expect(process.faults.isEmpty)
    }

    @Test func stateThatWasGivenIsGivenToTheNextInstance() throws {
        let process = PeerProcess { request in
            switch request.target {
            case "filter": request.earlier == 0 ? .close : everyRow(3)
            case "restore": request.body.text == "what it knew" ? .ok : .json("", status: 400)
            case "save": .answer(200, [:], Bytes("saved"))
            default: goodManners(request)
            }
        }
        let filter = try process.filter()
        try filter.restore(Bytes("what it knew"))
        #expect(try filter.saveState()?.text == "saved")
        #expect(try Self.filter(filter) == 3)
        #expect(Array(process.seen.suffix(4)) == ["create", "restore", "bind", "filter"])
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"instance": -1}"#, #"{"instance": "1"}"#, #"{"instance": 99999999999999999999}"#,
    ]) func anAnswerWithoutAnInstanceIsNonsense(_ text: String) throws {
        let process = PeerProcess { request in
            request.target == "create" ? .json(text) : goodManners(request)
        }
        #expect(Self.failure { _ = try process.filter() }?.code == .invalidResult)
    }

    @Test(arguments: [
        #"{"output": 1}"#, #"{"output": {"fields": [{"name": "a", "type": "number"}]}}"#, #"{"wanted": []}"#, "[1]",
        "{", #"{"output": null}"#,
    ]) func aSchemaThatIsNoneIsNonsense(_ text: String) throws {
        let process = PeerProcess { request in
            request.target == "bind" || request.target == "describe" ? .json(text) : goodManners(request)
        }
        #expect(Self.failure { _ = try process.parser() }?.code == .invalidResult)
    }

    @Test func optionsThatDoNotFitShowAtOnce() throws {
        for role in Role.allCases {
            let process = PeerProcess { request in
                .json(#"{"error": {"code": "configuration", "message": "no such level"}}"#, status: 400)
            }
            let error = Self.failure { _ = try instance(process, role) }
            #expect(error?.code == .configuration && error?.message == "no such level")
            #expect(process.state.withLock { $0.attached } == 0)
        }
    }

    @Test func anInstanceThatNobodyHasAnyMoreIsDestroyed() throws {
        let process = PeerProcess { goodManners($0) }
        _ = try process.filter()
        #expect(process.seen == ["create", "describe", "bind", "destroy"])
    }
}

import Foundation
import Glibc
import PatchbayCore
import PatchbayFrame
import PatchbayPlugin
import PatchbayWire
import Synchronization

@testable import PatchbayProcess

/// What the host asked.
struct PeerRequest {
    let target: String
    let fields: HTTPFields
    let body: Bytes
    /// Which start of the process was asked.
    let generation: UInt64
    /// How many requests for the same target came before, over all generations.
    let earlier: Int
}

/// What the peer does about a request.
enum PeerAnswer {
    case answer(Int, HTTPFields, Bytes)
    /// These bytes, whatever they are; then the connection is closed.
    case raw(String)
    /// The connection is closed without an answer, as by a process that dies.
    case close
    /// Nothing, until the host gives up.
    case silence

    static func json(_ text: String, status: Int = 200) -> PeerAnswer { .answer(status, [:], Bytes(text)) }
    static func fields(_ fields: HTTPFields) -> PeerAnswer { .answer(200, fields, Bytes("")) }
    static var ok: PeerAnswer { .answer(200, [:], Bytes("")) }

    /// An answer of frames, each with what it is.
    static func frames(
        _ parts: [(String, Batch)], _ fields: HTTPFields = [:], showing input: Bytes? = nil
    ) -> PeerAnswer {
        var writer = FrameWriter()
        var output = ByteBuffer()
        var fields = fields
        fields.append(WireHeader.parts, parts.map(\.0).joined(separator: ", "))
        for (_, batch) in parts { _ = try? writer.write(batch, carrying: nil, showing: input, to: &output) }
        return .answer(200, fields, output.finish())
    }
}

/// Stands for a process: its peer is a thread on the other side of a socket pair, which says what the test wants.
final class PeerProcess: ServingProcess {
    typealias Script = @Sendable (PeerRequest) -> PeerAnswer

    struct State {
        var generation: UInt64 = 1
        var seen: [String] = []
        var faults: [ServingFault] = []
        var attached = 0
        var successes = 0
        var connections = 0
    }
    let interface: ProcessInterface
    let state = Mutex(State())
    private let script: Script

    init(encodings: [RecordEncoding] = [.frame], _ script: @escaping Script) {
        interface = ProcessInterface(encodings: encodings)
        self.script = script
    }

    /// Targets asked for, in order.
    var seen: [String] { state.withLock { $0.seen } }
    var faults: [ServingFault] { state.withLock { $0.faults } }

    func attach(_ scope: StageScope, logLinesPerSecond: Int) { state.withLock { $0.attached += 1 } }
    func detach(_ scope: StageScope) { state.withLock { $0.attached -= 1 } }

    func connect(deadline: Deadline) throws(PluginError) -> ServedConnection {
        var pair: [CInt] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
        let generation = state.withLock { state in
            state.connections += 1
            return state.generation
        }
        let theirs = pair[1]
        Thread.detachNewThread { self.serve(theirs, generation) }
        return ServedConnection(http: HTTPConnection(ByteStream(socket: pair[0])), generation: generation)
    }

    func fail(_ generation: UInt64, _ fault: ServingFault) -> PluginError {
        state.withLock { state in
            if state.generation == generation { state.generation += 1 }
            state.faults.append(fault)
        }
        switch fault {
        case .broke(let error): return PluginError(.crashed, "the process broke", cause: error.message)
        case .timedOut(let limit): return PluginError(.timedOut, "no answer within \(limit) ms")
        case .nonsense(let what): return PluginError(.invalidResult, what)
        }
    }

    func succeeded(_ generation: UInt64) { state.withLock { $0.successes += 1 } }

    private func serve(_ socket: CInt, _ generation: UInt64) {
        let http = HTTPConnection(ByteStream(socket: socket))
        let patience = Deadline.after(milliseconds: 20_000)
        while let head = try? http.receiveHead(deadline: patience) {
            guard let body = try? http.receiveBody(of: head, limit: 1 << 28, deadline: patience) else { return }
            let target = String(head.target.dropFirst("/v1/".count))
            let earlier = state.withLock { state in
                defer { state.seen.append(target) }
                return state.seen.count { $0 == target }
            }
            let request = PeerRequest(
                target: target, fields: head.fields, body: body, generation: generation, earlier: earlier)
            switch script(request) {
            case .answer(let status, let fields, let body):
                try? http.answer(status, fields, body: [body], deadline: patience)
            case .raw(let text):
                let bytes = Array(text.utf8)
                _ = unsafe bytes.withUnsafeBytes { unsafe send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
                return
            case .close: return
            case .silence: _ = try? http.receiveHead(deadline: patience)
            }
        }
    }
}

/// The records of most tests: a number and a text.
let peerSchema = Schema(fields: [Field("n", .int64), Field("text", .utf8)])
let peerSchemaJSON = #"{"fields": [{"name": "n", "type": "int64"}, {"name": "text", "type": "utf8"}]}"#
let wantsAll = #"{"all": true, "value": true, "key": true, "time": true}"#

/// `count` records of ``peerSchema``, from `first` on.
func peerBatch(_ count: Int, from first: Int = 0) -> Batch {
    let builder = BatchBuilder(schema: peerSchema)
    for index in first..<first + count {
        builder.fields[0].append(int64: Int64(index))
        builder.fields[1].append(copying: Bytes("text \(index)").span)
        builder.value.append(copying: Bytes("v\(index)").span)
    }
    return builder.finish()
}

/// What a well-behaved plugin answers to everything but its own work.
func goodManners(_ request: PeerRequest, output: String = peerSchemaJSON) -> PeerAnswer {
    switch request.target {
    case "create": .json(#"{"instance": \#(request.generation)}"#)
    case "describe", "bind": .json(#"{"output": \#(output), "wanted": \#(wantsAll)}"#)
    case "start", "stop", "destroy", "reset", "flush", "restore": .ok
    default: .json(#"{"error": {"code": "unsupported", "message": "unknown"}}"#, status: 404)
    }
}

func configuration(milliseconds: Int = 5000, output: Int = 1 << 20) -> PluginConfiguration {
    var limits = PluginLimits()
    limits.millisecondsPerCall = milliseconds
    limits.outputBytesPerCall = output
    return PluginConfiguration(checked: ["level": "warn"], limits: limits, stage: "a stage")
}

/// An instance of a role with the peer at its other end.
func instance(
    _ process: PeerProcess, _ role: Role, _ configuration: PluginConfiguration = configuration()
) throws -> PluginInstance {
    let capability = Capability(role, name: "peer")
    let manifest = PluginManifest(name: "peer", summary: "", capabilities: [capability])
    return try ProcessPlugin.instance(process, manifest, capability, configuration)
}

extension PeerProcess {
    func filter(_ configuration: PluginConfiguration = configuration()) throws -> ProcessFilter {
        guard case .filter(let plugin) = try instance(self, .filter, configuration),
            let filter = plugin as? ProcessFilter
        else { throw PluginError(.internalError, "no filter") }
        try filter.bind(peerSchema)
        return filter
    }

    func transform(_ configuration: PluginConfiguration = configuration()) throws -> ProcessTransform {
        guard case .transform(let plugin) = try instance(self, .transform, configuration),
            let transform = plugin as? ProcessTransform
        else { throw PluginError(.internalError, "no transform") }
        _ = try transform.bind(peerSchema)
        return transform
    }

    func aggregate() throws -> ProcessAggregate {
        guard case .aggregate(let plugin) = try instance(self, .aggregate), let sums = plugin as? ProcessAggregate
        else { throw PluginError(.internalError, "no aggregate") }
        _ = try sums.bind(peerSchema)
        return sums
    }

    func parser(_ configuration: PluginConfiguration = configuration()) throws -> ProcessParser {
        guard case .parser(let plugin) = try instance(self, .parser, configuration),
            let parser = plugin as? ProcessParser
        else { throw PluginError(.internalError, "no parser") }
        _ = try parser.bind(.everything)
        return parser
    }
}

/// All of `count` rows in.
func everyRow(_ count: Int) -> PeerAnswer {
    .frames([("selection", AnswerParts.batch(Selection(count: count, all: true)))])
}

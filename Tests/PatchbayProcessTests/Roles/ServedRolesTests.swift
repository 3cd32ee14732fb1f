import Foundation
import Glibc
import PatchbayComponents
import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Synchronization
import Testing

@testable import PatchbayProcess

/// Stands for a process: the server of the contract on threads of this one.
final class ServedHere: ServingProcess {
    let interface = ProcessInterface(encodings: [.frame])
    private let server: PluginServer

    init(_ factory: any PluginFactory) { server = PluginServer(factory) }

    func attach(_ scope: StageScope, logLinesPerSecond: Int) {}
    func detach(_ scope: StageScope) {}
    func succeeded(_ generation: UInt64) {}

    func connect(deadline: Deadline) throws(PluginError) -> ServedConnection {
        var pair: [CInt] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
        let stream = ByteStream(socket: pair[1])
        Thread.detachNewThread { [server] in server.serve(stream) }
        return ServedConnection(http: HTTPConnection(ByteStream(socket: pair[0])), generation: 1)
    }

    func fail(_ generation: UInt64, _ fault: ServingFault) -> PluginError {
        PluginError(.internalError, "\(fault)")
    }
}

/// One plugin in this program and behind the contract must give the same.
@Suite struct ServedRolesTests {
    static func instances(
        _ role: Role, _ name: String, _ options: String = "{}"
    ) throws -> (native: PluginInstance, served: PluginInstance) {
        var registry = PluginRegistry()
        try registry.register(DLTMessageParser.self)
        try registry.register(JSONParser.self)
        try registry.register(LineParser.self)
        try registry.register(WhereFilter.self)
        try registry.register(HeadFilter.self)
        try registry.register(SetTransform.self)
        try registry.register(CastTransform.self)
        try registry.register(DropTransform.self)
        try registry.register(RunAggregate.self)
        let factory = try #require(registry.find(role, name))
        let tree = try JSONReader.read(Bytes(options), file: "options")
        let configuration = try #require(factory.manifest.configuration.check(tree, position: nil).configuration)
        let capability = Capability(role, name: name)
        return (
            try factory.makeInstance(for: capability, configuration: configuration),
            try ProcessPlugin.instance(ServedHere(factory), factory.manifest, capability, configuration)
        )
    }

    static func lines(_ batch: Batch) throws -> String {
        try JSONLinesCoding(memoryLimit: 1 << 24).body(of: batch).text
    }

    /// What a parser makes of `data` in chunks of `size` bytes, with what it skips.
    static func parse(_ instance: PluginInstance, _ data: [UInt8], _ size: Int) throws -> (String, [Batch]) {
        guard case .parser(var parser) = instance else { throw PluginError(.internalError, "no parser") }
        let output = ParseOutput(schema: try parser.bind(.everything), recordLimit: 100)
        try parser.start(PluginContext(stage: ""))
        var text = ""
        var batches: [Batch] = []
        var at = 0
        var length = size
        while at < data.count {
            let end = min(at + length, data.count)
            let buffer = Buffer(capacity: end - at + 3)
            for index in at..<end { buffer.store(data[index], at: index - at + 3) }
            let input = ParseInput(
                buffer: buffer, start: 3, end: 3 + end - at, position: UInt64(at), isLast: end == data.count)
            output.begin(input, part: "part")
            let result = try parser.parse(input, into: output)
            let batch = output.builder.finish()
            for region in output.skipped { text += "\(region.position) \(region.length) \(region.reason.name)\n" }
            text += try lines(batch)
            for row in 0..<batch.count { text += "\(batch.position(of: row) ?? 0) " }
            if batch.count > 0 { batches.append(batch) }
            if result.consumed == 0, end == data.count { break }
            length = result.consumed == 0 ? length * 2 : size
            at += result.consumed
        }
        parser.stop()
        return (text, batches)
    }

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/dlt")

    @Test(arguments: [
        ("recorded/multi_process.dlt", 1 << 20), ("recorded/alltypes.dlt", 700), ("crafted/types.dlt", 97),
    ])
    func theDLTParser(_ file: String, _ size: Int) throws {
        let data = Array(try Data(contentsOf: Self.fixtures.appendingPathComponent(file)))
        let pair = try Self.instances(.parser, "dlt")
        let native = try Self.parse(pair.native, data, size)
        let served = try Self.parse(pair.served, data, size)
        #expect(native.0 == served.0 && !native.1.isEmpty)
    }

    static let json: [UInt8] = {
        var text = ""
        for row in 0..<500 {
            text += #"{"n": \#(row), "level": "\#(row % 3 == 0 ? "error" : "info")", "text": "é \#(row)""#
            if row % 7 == 0 { text += #", "more": {"a": [1, null]}"# }
            text += row % 11 == 0 ? ", \"n2\": \"x\"}\n" : "}\n"
            if row % 50 == 0 { text += "no json\n\n" }
        }
        return Array(text.utf8)
    }()

    @Test(arguments: [100_000, 1000]) func theJSONParser(_ size: Int) throws {
        let options = #"{"fields": {"n": "int64", "level": "word", "text": "utf8"}}"#
        let pair = try Self.instances(.parser, "json", options)
        let native = try Self.parse(pair.native, Self.json, size)
        let served = try Self.parse(pair.served, Self.json, size)
        #expect(native.0 == served.0 && !native.1.isEmpty)
    }

    static func records() throws -> [Batch] {
        let options = #"{"fields": {"n": "int64", "level": "word", "text": "utf8"}}"#
        return try parse(try instances(.parser, "json", options).native, json, 10_000).1
    }

    @Test func filters() throws {
        for (name, options) in [
            ("where", #"{"expression": "n % 3 == 1 and level == \"info\""}"#), ("head", #"{"count": 150}"#),
        ] {
            let pair = try Self.instances(.filter, name, options)
            guard case .filter(var native) = pair.native, case .filter(var served) = pair.served else {
                throw PluginError(.internalError, "no filters")
            }
            let batches = try Self.records()
            #expect(native.wanted == served.wanted)
            try native.bind(batches[0].schema)
            try served.bind(batches[0].schema)
            for batch in batches {
                var (first, second) = (
                    Selection(count: batch.count, all: true), Selection(count: batch.count, all: true)
                )
                try native.filter(batch, into: &first)
                try served.filter(batch, into: &second)
                #expect((0..<batch.count).allSatisfy { first[$0] == second[$0] })
                let saturated = (native as? any SaturatingPlugin)?.isSaturated ?? false
                #expect((served as? any SaturatingPlugin)?.isSaturated == saturated)
            }
        }
    }

    @Test(arguments: [
        ("set", #"{"values": {"host": "a"}, "expressions": {"twice": "n * 2"}}"#),
        ("cast", #"{"fields": {"text": "int64"}}"#), ("drop", #"{"fields": ["text"]}"#),
    ]) func transforms(_ name: String, _ options: String) throws {
        let pair = try Self.instances(.transform, name, options)
        guard case .transform(var native) = pair.native, case .transform(var served) = pair.served else {
            throw PluginError(.internalError, "no transforms")
        }
        let batches = try Self.records()
        let schema = try native.outputSchema(for: batches[0].schema)
        #expect(try served.outputSchema(for: batches[0].schema).describesSameRecords(as: schema))
        _ = try native.bind(batches[0].schema)
        _ = try served.bind(batches[0].schema)
        for batch in batches {
            var (first, second) = (TransformOutput(), TransformOutput())
            try native.transform(batch, into: &first)
            try served.transform(batch, into: &second)
            #expect(try first.batches.map(Self.lines) == second.batches.map(Self.lines))
            #expect(first.rejections.entries.map(\.row) == second.rejections.entries.map(\.row))
            #expect(
                first.rejections.entries.map(\.error.message).prefix(3)
                    == second.rejections.entries.map(\.error.message).prefix(3))
        }
    }

    @Test func aggregates() throws {
        let pair = try Self.instances(.aggregate, "aggregate", #"{"by": ["level"], "compute": ["count", "sum(n)"]}"#)
        var results: [[String]] = []
        for instance in [pair.native, pair.served] {
            guard case .aggregate(var sums) = instance else { throw PluginError(.internalError, "no aggregate") }
            let batches = try Self.records()
            _ = try sums.bind(batches[0].schema)
            var rejections = Rejections()
            for batch in batches { try sums.accumulate(batch, rejections: &rejections) }
            results.append(try sums.finish().map(Self.lines))
        }
        #expect(results[0] == results[1] && results[0].first?.contains("error") == true)
    }
}

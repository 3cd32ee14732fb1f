import Foundation
import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

/// Plugins of the Python SDK, built to programs, behind the host's own roles.
@Suite(.serialized) struct PythonPluginTests {
    static let program = """
        from patchbay import *

        @filter("even", on="n")
        def even(n):
            if n == 5: raise RecordError("five")
            return n % 2 == 0

        @transform("shout", fields=["text"], makes=[Field("length", int), Field("word", "word")])
        def shout(record):
            if record["text"] == "text 1": return None
            if record["text"] == "text 2": return [record, {"length": 2}]
            return {"length": len(record["text"]), "word": "odd" if record.row % 2 else "even"}

        @aggregate("sum", fields=["n", "text"], makes=[Field("n", int), Field("texts", "json")])
        class Sum:
            def __init__(self): self.n, self.texts = 0, []
            def accumulate(self, record):
                self.n += record["n"]
                self.texts.append(record["text"])
            def finish(self): return {"n": self.n, "texts": self.texts}

        @parser("pairs", makes=[Field("name", str), Field("text", str)])
        def pairs(input):
            for start, end in input.lines():
                sign = input.data.find(b"=", start, end)
                if sign >= 0: yield start, end, {"name": (start, sign), "text": input.data[sign + 1 : end].upper()}
                else: input.skip(start, end)

        run()
        """

    /// The program as one file, built once; nil without Python.
    static let built: String? = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "patchbay-python-\(getpid())").path
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let build = Process()
        build.executableURL = URL(filePath: "/usr/bin/env")
        let script = root.appending(path: "GuestSDK/python/patchbay/build.py").path
        build.arguments = ["python3", "-B", script, folder, "--output", "\(folder)/roles.plugin"]
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try program.write(toFile: "\(folder)/main.py", atomically: true, encoding: .utf8)
            try build.run()
        } catch {
            return nil
        }
        build.waitUntilExit()
        return build.terminationStatus == 0 ? "\(folder)/roles.plugin" : nil
    }()

    /// One process for all tests, as for all stages of a host.
    static let frames = process(.frame)

    private static func process(_ encoding: RecordEncoding) -> PluginProcess? {
        guard let built else { return nil }
        let interface = ProcessInterface(transports: [.unix], encodings: [encoding])
        var settings = ProcessSettings(name: "roles", path: built, interface: interface)
        settings.sandbox = .off
        return PluginProcess(settings)
    }

    /// An instance of a role; nil when there is no Python, which is said.
    private func instance(_ role: Role, _ name: String) throws -> PluginInstance? {
        guard let process = Self.frames else {
            print("skipped: plugins in Python: there is no python3 of 3.9 or newer")
            return nil
        }
        let capability = Capability(role, name: name)
        let manifest = PluginManifest(name: "roles", summary: "", capabilities: [capability])
        let limits = PluginLimits()
        let configuration = PluginConfiguration(checked: [:], limits: limits, stage: "a stage")
        return try ProcessPlugin.instance(process, manifest, capability, configuration)
    }

    @Test func filters() throws {
        guard case .filter(let plugin)? = try instance(.filter, "even") else { return }
        let filter = try #require(plugin as? ProcessFilter)
        #expect(filter.wanted.names == ["n"] && !filter.wanted.all)
        try filter.bind(peerSchema)
        var selection = Selection(count: 8, all: false)
        try filter.filter(peerBatch(8), into: &selection)
        #expect((0..<8).map { selection[$0] } == [true, false, true, false, true, false, true, false])
        let failures = filter.takeFailures()
        #expect(failures.entries.map(\.row) == [5] && failures.entries[0].error.message == "five")
    }

    @Test func transforms() throws {
        guard case .transform(let plugin)? = try instance(.transform, "shout") else { return }
        let transform = try #require(plugin as? ProcessTransform)
        let schema = try transform.bind(peerSchema)
        #expect(schema.fields.map(\.name) == ["n", "text", "length", "word"])
        var output = TransformOutput()
        try transform.transform(peerBatch(5), into: &output)
        #expect(output.dropped == 1 && output.added == 1 && output.rejections.entries.isEmpty)
        let made = output.batches
        let shown = made.flatMap { texts($0.fields[1]) }
        #expect(shown == ["text 0", "text 2", "text 2", "text 3", "text 4"])
        let values = made.flatMap { texts($0.value) }
        #expect(values == ["v0", "v2", "v2", "v3", "v4"])
        let numbers = made.flatMap { batch in (0..<batch.count).map { batch.fields[0].value($0) } }
        #expect(numbers == [0, 2, 2, 3, 4].map { .int64($0) })
        let lengths = made.flatMap { batch in (0..<batch.count).map { batch.fields[2].value($0) } }
        #expect(lengths == [.int64(6), .null, .int64(2), .int64(6), .int64(6)])
    }

    @Test func aggregates() throws {
        guard case .aggregate(let plugin)? = try instance(.aggregate, "sum") else { return }
        let sum = try #require(plugin as? ProcessAggregate)
        let schema = try sum.bind(peerSchema)
        #expect(schema.fields.map(\.name) == ["n", "texts"])
        var rejections = Rejections()
        try sum.accumulate(peerBatch(3), rejections: &rejections)
        try sum.accumulate(peerBatch(2, from: 3), rejections: &rejections)
        let batch = try #require(try sum.finish().first)
        #expect(batch.fields[0].value(0) == .int64(10))
        #expect(texts(batch.fields[1]) == [#"["text 0","text 1","text 2","text 3","text 4"]"#])
    }

    @Test func parses() throws {
        guard case .parser(let plugin)? = try instance(.parser, "pairs") else { return }
        let parser = try #require(plugin as? ProcessParser)
        _ = try parser.bind(.everything)
        let text = Bytes("home=/x\nnothing\nlast=1")
        let output = ParseOutput(schema: parser.schema, recordLimit: 100)
        let input = ParseInput(buffer: text.buffer, start: 0, end: text.count, position: 100, isLast: true)
        output.begin(input, part: "a.txt")
        let result = try parser.parse(input, into: output)
        #expect(result.consumed == text.count)
        #expect(output.skipped.map(\.position) == [108] && output.skipped.map(\.length) == [8])
        let batch = output.builder.finish()
        #expect(texts(batch.value) == ["home=/x", "last=1"])
        #expect(texts(batch.fields[0]) == ["home", "last"])
        #expect(texts(batch.fields[1]) == ["/X", "1"])
    }
}

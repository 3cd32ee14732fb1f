import Foundation
import Patchbay
import PatchbayCore
import PatchbayPlugin
import PatchbayTestKit
import Testing

/// The kit finds nothing wrong with what is built in.
@Suite("Built-in plugins on trial")
struct BuiltInTests {
    static func trial(
        _ role: Role, _ name: String, _ options: ConfigNode, _ inputs: TrialInputs = TrialInputs()
    ) throws
        -> [String]
    {
        let registry = try PluginRegistry.withBuiltIns()
        let factory = try #require(registry.find(role, name))
        let (checked, diagnostics) = factory.manifest.configuration.check(options)
        var inputs = inputs
        inputs.configuration = try #require(checked, "\(diagnostics)")
        return PluginTrial(factory, Capability(role, name: name), inputs).run().map(\.description)
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func file(_ path: String) throws -> Bytes {
        let data = try Data(contentsOf: fixtures.appending(path: path))
        var bytes = ByteBuffer()
        for byte in data { bytes.append(byte) }
        return bytes.finish()
    }

    @Test("parsers")
    func parsers() throws {
        let lines = TrialInputs(texts: [
            ("lines", Bytes("one\n\ntwo\r\nthree words here\n\r\n\u{0}\nlast without an end")),
            ("one line", Bytes("\n")),
            ("long", Bytes(String(repeating: "0123456789 ", count: 3000) + "\nend\n")),
        ])
        #expect(try Self.trial(.parser, "lines", [:], lines) == [])
        let json = TrialInputs(texts: [
            ("objects", Bytes("{\"a\":1,\"b\":\"x\"}\n{\"a\":null}\n[1]\nnot json\n\n{\"b\":[1,{\"c\":2}],\"d\":1e3}")),
            ("cut off", Bytes("{\"a\":1}\n{\"a\":")),
        ])
        #expect(try Self.trial(.parser, "json", ["fields": ["a": "int64", "b": "utf8"]], json) == [])
    }

    @Test("the DLT parser", arguments: ["recorded", "crafted"])
    func dlt(folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path + "/dlt/" + folder)
            .filter { $0.hasSuffix(".dlt") }.sorted()
        var inputs = TrialInputs(gaps: .none)
        for name in names {
            let bytes = try Self.file("dlt/\(folder)/\(name)")
            // Enough to meet every kind of message, and short enough to be fed byte by byte.
            inputs.texts.append((name, Bytes(bytes.buffer, at: 0, count: min(bytes.count, 1200))))
        }
        try #require(!inputs.texts.isEmpty)
        #expect(try Self.trial(.parser, "dlt", [:], inputs) == [])
    }

    @Test(
        "filters",
        arguments: [
            "number > 0", "text contains 'error' or level <= 'warn'", "word == 'LOG' and not flag",
            "time > '2020-01-01T00:00:00Z'",
            "document == '1'",
        ])
    func filters(expression: String) throws {
        #expect(try Self.trial(.filter, "where", ["expression": .init(.string(expression))]) == [])
    }

    @Test("filters that look at the order of records")
    func orderedFilters() throws {
        #expect(try Self.trial(.filter, "head", ["count": 10], TrialInputs(isStateful: true)) == [])
    }

    @Test(
        "transforms",
        arguments: [
            ("select", ["fields": ["number", "labels", "word"]]), ("drop", ["fields": ["number", "rest"]]),
            ("rename", ["fields": ["number": "n"]]), ("cast", ["fields": ["number": "utf8", "text": "int64"]]),
        ] as [(String, ConfigNode)])
    func transforms(name: String, options: ConfigNode) throws {
        let findings = try Self.trial(.transform, name, options)
        #expect(findings == [])
    }

    @Test("sinks", arguments: ["json", "csv", "raw", "frames"])
    func sinks(format: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let registry = try PluginRegistry.withBuiltIns()
        let factory = try #require(registry.find(.sink, "file"))
        var inputs = TrialInputs()
        inputs.makeDestination = {
            let path = folder.appending(path: UUID().uuidString).path
            let options: ConfigNode = ["path": .init(.string(path)), "format": .init(.string(format))]
            return factory.manifest.configuration.check(options).configuration
                ?? PluginConfiguration(checked: [:])
        }
        inputs.readDestination = { configuration in
            guard let path = configuration.string("path"), let data = FileManager.default.contents(atPath: path)
            else { return nil }
            var bytes = ByteBuffer()
            for byte in data { bytes.append(byte) }
            return bytes.finish()
        }
        let findings = PluginTrial(factory, Capability(.sink, name: "file"), inputs).run()
        // A frame holds a batch: its borders show by design.
        #expect(findings.filter { format != "frames" || !$0.promise.contains("batch") }.isEmpty)
    }

    @Test("byte sources")
    func byteSources() throws {
        let path = Self.fixtures.appending(path: "dlt/recorded")
        let names = try FileManager.default.contentsOfDirectory(atPath: path.path).filter { $0.hasSuffix(".dlt") }
        let name = try #require(names.min())
        #expect(
            try Self.trial(.byteSource, "file", ["path": .init(.string(path.appending(path: name).path))]) == [])
    }
}

import PatchbayComponents
import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Testing

@Suite struct ParserServingTests {
    private func client() throws -> TestClient {
        var registry = PluginRegistry()
        try registry.register(LineParser.self)
        return TestClient(try PluginServer(registry))
    }

    @Test func recordsShowTheBytesOfTheRequest() throws {
        let client = try client()
        let instance = try client.create("parser", "lines")
        try client.bind(instance, nil, ColumnRequest(.everything))
        try client.ok("start", instance: instance)
        let text = String(repeating: "a line of some length\n", count: 1000)
        let input = Bytes(text)
        let answer = try client.ok(
            "parse", instance: instance, ["Patchbay-Position": "100", "Patchbay-Flags": "last"], body: input)
        #expect(answer.head.fields["Patchbay-Consumed"] == "\(input.count)")
        let frames = try client.frames(answer, showing: input)
        #expect(frames.map(\.0) == ["records"])
        #expect(frames[0].1.count == 1000)
        let values = frames[0].1.value
        let last = String(decoding: values.bytes(999))
        #expect(last == "a line of some length")
        // Starts and ends, and no text.
        #expect(answer.body.count < 1000 * 8 + 1000)
        #expect(frames[0].1.value.dataBuffer === input.buffer)
    }

    @Test func limitStopsTheParser() throws {
        let client = try client()
        let instance = try client.create("parser", "lines")
        try client.bind(instance, nil)
        let input = Bytes("a\nb\nc\n")
        let answer = try client.ok("parse", instance: instance, ["Patchbay-Limit": "2"], body: input)
        #expect(answer.head.fields["Patchbay-Consumed"] == "4")
        #expect(try client.frames(answer, showing: input)[0].1.count == 2)
    }

    @Test func bytesBeforeBindAreRefused() throws {
        let client = try client()
        let instance = try client.create("parser", "lines")
        #expect(try client.failure("parse", instance: instance, body: Bytes("a\n")) == "input")
        #expect(try client.failure("filter", instance: instance, body: Bytes("a\n")) == "unsupported")
    }
}

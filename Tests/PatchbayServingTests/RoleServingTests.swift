import PatchbayCore
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Testing

@Suite struct RoleServingTests {
    private let schema = Schema(fields: [])

    private func client() throws -> TestClient { TestClient(try PluginServer(everyRole())) }

    @Test func oneManifestForAllPlugins() throws {
        let server = try PluginServer(everyRole())
        let tree = try JSONReader.read(Bytes(server.capabilities()), file: "manifest")
        #expect(try PluginManifest(json: Bytes(server.capabilities()), file: "manifest").capabilities.count == 7)
        #expect(try ProcessInterface(manifest: tree).encodings == [.frame])
        // Only one of them has the option.
        #expect(tree["options"]?.elements.first?["required"] == nil)
    }

    @Test func validatorsRefuseRecords() throws {
        let client = try client()
        let instance = try client.create("validator", "refusing")
        try client.bind(instance, schema)
        let body = try client.frame(batch(["a", "", "b", ""]))
        let frames = try client.frames(try client.ok("validate", instance: instance, body: body), showing: body)
        #expect(frames.map(\.0) == ["errors"])
        let rejections = try AnswerParts.read(frames[0].1, rows: 4)
        #expect(rejections.entries.map(\.row) == [1, 3] && rejections.entries[0].error.message == "it is empty")
        let fine = try client.frame(batch(["a"]))
        #expect(try client.ok("validate", instance: instance, body: fine).body.count == 0)
    }

    @Test func resultsComeInSeveralAnswersThatShowTheRequest() throws {
        let client = try client()
        let instance = try client.create("transform", "repeating", options: #"{"times": 600}"#)
        try client.bind(instance, schema)
        let body = try client.frame(batch((0..<2000).map { "value \($0)" }))
        var (answers, records, added) = (0, 0, 0)
        var goesOn = true
        while goesOn {
            let answer = try client.ok("transform", instance: instance, body: body)
            let frames = try client.frames(answer, showing: body)
            answers += 1
            records += frames.map(\.1.count).reduce(0, +)
            added += Int(answer.head.fields["Patchbay-Added"] ?? "0") ?? 0
            goesOn = answer.head.fields.words("Patchbay-Flags") == ["more"]
            let values = frames[0].1.value
            #expect(values.dataBuffer === body.buffer)
        }
        #expect(answers > 1 && records == 1_200_000 && added == 1_198_000)
        // Another body begins anew, also in the middle.
        _ = try client.ok("transform", instance: instance, body: body)
        let other = try client.frame(batch(["x"]))
        let answer = try client.ok("transform", instance: instance, body: other)
        #expect(answer.head.fields["Patchbay-Added"] == "599")
    }

    @Test func aggregatesKeepTheirState() throws {
        let client = try client()
        let first = try client.create("aggregate", "counting")
        try client.bind(first, schema)
        try client.ok("accumulate", instance: first, body: try client.frame(batch(["a", "b", "c"])))
        let state = try client.ok("save", instance: first).body
        let second = try client.create("aggregate", "counting")
        try client.ok("restore", instance: second, body: state)
        try client.bind(second, schema)
        try client.ok("accumulate", instance: second, body: try client.frame(batch(["d"])))
        let frames = try client.frames(try client.ok("finish", instance: second), showing: Bytes(""))
        let counts = frames[0].1.fields[0]
        let count = counts.int64s[0]
        #expect(count == 4)
        #expect(try client.failure("restore", instance: second, body: Bytes("nonsense")) == "input")
    }

    @Test func byteSourcesSayWhereTheyAre() throws {
        let client = try client()
        let instance = try client.create("byte_source", "digits")
        let answer = try client.ok("read-bytes", instance: instance, ["Patchbay-Limit": "4"])
        #expect(answer.body.text == "0123")
        #expect(PercentEncoding.decode(answer.head.fields["Patchbay-Part"] ?? "") == "a b/ä")
        let waited = try client.ok("read-bytes", instance: instance, ["Patchbay-Flags": "may-wait"])
        #expect(waited.head.fields.words("Patchbay-Flags") == ["nothing-yet"])
        let last = try client.ok("read-bytes", instance: instance)
        #expect(last.head.fields.words("Patchbay-Flags") == ["end"])
        #expect(try client.failure("read-bytes", instance: instance, ["Patchbay-Limit": "0"]) == "input")
    }

    @Test func sourcesEnd() throws {
        let client = try client()
        let instance = try client.create("source", "two")
        try client.bind(instance, nil)
        let frames = try client.frames(try client.ok("read-batch", instance: instance), showing: Bytes(""))
        #expect(frames[0].1.count == 2)
        let flags = try (0..<2).map { _ in
            try client.ok("read-batch", instance: instance).head.fields["Patchbay-Flags"] ?? ""
        }
        #expect(flags == ["nothing-yet", "end"])
    }

    @Test func sinksAreToldOfTheEnd() throws {
        let client = try client()
        let instance = try client.create("sink", "taking")
        try client.bind(instance, schema)
        let body = try client.frame(batch(["long", "s"]))
        let frames = try client.frames(try client.ok("write", instance: instance, body: body), showing: body)
        #expect(try AnswerParts.read(frames[0].1, rows: 2).entries.map(\.row) == [1])
        #expect(try client.failure("flush", instance: instance) == "output")
        try client.ok("finish", instance: instance)
        try client.ok("flush", instance: instance)
    }

    @Test func capabilitiesAnswer() throws {
        let client = try client()
        let instance = try client.create("greeting", "loud")
        let answer = try client.ok(
            "answer", instance: instance, ["Patchbay-Operation": "good%20day"], body: Bytes("hello"))
        #expect(answer.body.text == "hello!")
        #expect(try client.failure("answer", instance: instance, ["Patchbay-Operation": "x"]) == "unsupported")
    }
}

import PatchbayCore
import PatchbayPlugin
import Testing

struct ManifestTests {
    static let manifest = PluginManifest(
        .parser,
        name: "demo",
        version: "2.1.0",
        summary: "reads \"demo\" files",
        configuration: ConfigSchema(
            [
                ConfigOption("mode", .string(choices: ["a", "b"]), default: "a", summary: "how"),
                ConfigOption("limit", .integer(1...10), isRequired: true, summary: "how many"),
                ConfigOption("low", .integer(Int64.min...5), summary: ""),
                ConfigOption("rate", .number(0...0.5), default: 0.25, summary: "share"),
                ConfigOption("free", .number(), summary: "any number"),
                ConfigOption("deep", .map(of: .list(of: .boolean)), summary: "nested"),
                ConfigOption("size", .size, default: "64KiB", summary: "bytes"),
                ConfigOption("wait", .duration, summary: "time"),
                ConfigOption("password", .string(), default: "hunter2", isSecret: true, summary: "secret"),
                ConfigOption("any", .any, summary: "anything"),
            ],
            shorthand: "mode"
        ),
        fields: [
            Field("level", .word, order: ["fatal", "error"], summary: "how bad"),
            Field("extra", .map(json: true), isOnDemand: true),
        ],
        permissions: ["file"],
        isOrdered: true
    )

    private func read(_ text: String) throws(PluginError) -> PluginManifest {
        try PluginManifest(json: Bytes(text), file: "m.json")
    }

    @Test func survivesTheWayThroughJSON() throws {
        let json = Self.manifest.json()
        let again = try PluginManifest(json: json, file: "m.json")
        #expect(again.json().text == json.text)
        #expect(again.capabilities == [Capability(.parser, name: "demo")])
        #expect(again.configuration.option("limit")?.isRequired == true)
        #expect(again.fields[1].type == .map(json: true))
        #expect(again.isOrdered)
        #expect(!json.text.contains("hunter2"))
    }

    @Test func whatIsTakenForGrantedMayBeLeftOut() throws {
        var manifest = PluginManifest(.filter, name: "keep", summary: "Keeps.")
        manifest.abi = 1
        let short = manifest.json(isIndented: false, isComplete: false).text
        #expect(!short.contains("options") && !short.contains("permissions") && short.hasSuffix(#""abi":1}"#))
        #expect(short.contains(#""capabilities":[{"type":"filter"}]"#))
        #expect(try read(short).json().text == manifest.json().text)
        #expect(try read(Self.manifest.json(isComplete: false).text).json().text == Self.manifest.json().text)
    }

    @Test func anEntryMayNameSeveralCapabilities() throws {
        let head = #"{"manifest":1,"name":"a","version":"1","summary":"","capabilities":["#
        let many = try read(
            head + #"{"type":"signer","names":["A/v1","B/v1"],"more":[]},{"type":"filter","name":"f"}]}"#)
        #expect(many.capabilities.map(\.description) == ["signer/A/v1", "signer/B/v1", "filter/f"])
        for names in ["[]", "[1]", #"[""]"#, "{}"] {
            #expect(throws: PluginError.self) { _ = try read(head + #"{"type":"signer","names":\#(names)}]}"#) }
        }
    }

    @Test func everyFieldTypeHasItsName() {
        let all: [FieldType] = [
            .int64, .float64, .bool, .utf8, .binary, .word, .timestamp, .json, .map(json: false), .map(json: true),
        ]
        for type in all { #expect(FieldType(name: type.name) == type) }
        #expect(FieldType(name: "text") == nil)
    }

    @Test func ignoresWhatItDoesNotKnow() throws {
        let text = """
            {"manifest": 1, "name": "x", "version": "1", "colour": "red", "options": [{"name": "a", "value":
            {"type": "any", "new": 1}}], "capabilities": [{"type": "greeting", "name": "polite", "new": []}]}
            """
        let manifest = try read(text)
        #expect(manifest.capabilities == [Capability(type: "greeting", name: "polite")])
        #expect(manifest.configuration.options.map(\.name) == ["a"])
    }

    static let head = #""manifest":1,"name":"x","version":"1","capabilities":[{"type":"t","name":"n"}]"#

    @Test(arguments: [
        ("[]", "m.json:1:1: a manifest is a JSON object, not a list"),
        ("{}", "m.json: the key 'manifest' with the format's version is missing"),
        (#"{"manifest":"1"}"#, "m.json:1:13: the key 'manifest' with the format's version is missing"),
        (
            #"{"manifest":2,"name":5}"#,
            "m.json:1:13: the manifest has version 2 of the format: this build reads versions up to 1; "
                + "use a newer Patchbay, or an older version of the plugin"
        ),
        (#"{"manifest":1}"#, "m.json:1:1: the key 'name' is missing"),
        (#"{"manifest":1,"name":"x","version":"1"}"#, "m.json:1:1: the manifest names no capability"),
        (#"{"manifest":1,"name":"a\nb"}"#, "m.json:1:22: 'name' must have 1 to 128 bytes without control characters"),
        ("{\(head),\"summary\":\"\\u001b[31m\"}", "m.json:1:91: 'summary' must be one line without control characters"),
        (
            "{\(head),\"options\":[{\"name\":\"a\",\"value\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}}]}",
            "m.json:1:112: 'minimum' is over 'maximum'"
        ),
        (
            "{\(head),\"options\":[{\"name\":\"a\",\"value\":{\"type\":\"int\"}}]}",
            "m.json:1:120: 'int' is no type of an option"
        ),
        (
            "{\(head),\"options\":[{\"name\":\"a\",\"value\":{\"type\":\"size\"},\"default\":\"x\"}]}",
            "m.json:1:138: the default does not fit: option 'a': expected a size such as 65536, 64KiB or 1MB, got text 'x'"
        ),
        (
            "{\(head),\"options\":[{\"name\":\"a\",\"value\":{\"type\":\"any\"}},{\"name\":\"a\",\"value\":{\"type\":\"any\"}}]}",
            "m.json:1:91: the option 'a' is described twice"
        ),
        ("{\(head),\"shorthand\":\"q\"}", "m.json:1:93: the shorthand 'q' is no option"),
        ("{\(head),\"fields\":[{\"name\":\"f\",\"type\":\"text\"}]}", "m.json:1:110: 'text' is no type of a field"),
        ("{\(head),\"fields\":[5]}", "m.json:1:91: 'fields' must be a list of objects"),
        ("{\(head),\"ordered\":1}", "m.json:1:91: 'ordered' must be true or false"),
    ])
    func saysWhatIsWrong(_ text: String, _ expected: String) {
        do throws(PluginError) {
            _ = try read(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test func printingAConfigurationShowsNoSecrets() throws {
        var token: ConfigNode = "from-the-vault"
        token.provenance = .substituted
        let node: ConfigNode = ["limit": 3, "password": "hunter3", "any": ["x", token]]
        let configuration = try #require(Self.manifest.configuration.check(node).configuration)
        var dumped = "\(configuration) \(String(reflecting: [configuration]))"
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hunter"))
        #expect(!dumped.contains("vault"))
        #expect(configuration.description.contains(#""any":["x","***"]"#))
        #expect(configuration.string("password") == "hunter3")
    }

    /// Any change to a manifest is read or refused, never a crash.
    @Test func survivesDamage() {
        let original = Array(Self.manifest.json().text.utf8)
        var random = SplitMix(seed: 7)
        for _ in 0..<mutationCount() {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: at)
                default: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &random)))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let input = Bytes(copying: bytes.span)
            if let manifest = try? PluginManifest(json: input, file: "m") {
                _ = manifest.json()
                _ = manifest.configuration.jsonSchema()
                _ = manifest.configuration.check(["mode": "a", "limit": 5]).diagnostics.map(\.description)
            }
        }
    }
}

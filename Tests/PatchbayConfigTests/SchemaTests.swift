import Foundation
import PatchbayConfig
import PatchbayCore
import PatchbayPlugin
import Testing

struct SchemaTests {
    /// A plugin that is only looked at.
    struct Described: PluginFactory {
        var manifest: PluginManifest
        var origin: String { "test" }

        func makeInstance(
            for capability: Capability,
            configuration: PluginConfiguration
        ) throws(PluginError) -> PluginInstance {
            throw PluginError(.unsupported, "only described")
        }
    }

    static func registry() throws -> PluginRegistry {
        let files = ConfigSchema(
            [
                ConfigOption("path", .list(of: .string()), isRequired: true, summary: "files"),
                ConfigOption("buffer", .size, default: "64KiB", summary: "bytes"),
                ConfigOption("wait", .duration, summary: "time"),
                ConfigOption("count", .integer(1...9), summary: "how many"),
                ConfigOption("rate", .number(0...1), summary: "share"),
                ConfigOption("follow", .boolean, summary: "go on"),
                ConfigOption("mode", .string(choices: ["fast", "safe"]), summary: "how"),
                ConfigOption("token", .string(), default: "hunter2", isSecret: true, summary: "secret"),
                ConfigOption("set", .map(of: .integer()), summary: "numbers"),
            ],
            shorthand: "path"
        )
        var registry = PluginRegistry()
        func add(_ role: Role, _ name: String, _ options: ConfigSchema = ConfigSchema()) throws {
            let manifest = PluginManifest(role, name: name, summary: "\(name) as \(role)", configuration: options)
            try registry.register(Described(manifest: manifest))
        }
        try add(.byteSource, "file", files)
        try add(.parser, "lines")
        try add(.parser, "c++.log")
        try add(.filter, "twice")
        try add(.transform, "twice", ConfigSchema([ConfigOption("n", .integer(), summary: "")]))
        try add(.sink, "stdout")
        return registry
    }

    static func validator() throws -> SchemaValidator {
        let schema = try JSONReader.read(configurationSchema(registry: registry()), file: "schema.json")
        return SchemaValidator(root: schema)
    }

    /// Validity of a pipeline whose source is `source`, and whose processors are `processors`.
    private func isValid(source: String = "file", with: String? = "a", processors: String = "[]") throws -> Bool {
        let options = with.map { ", with: \($0)" } ?? ""
        let text = "sources: [{uses: \(source)\(options)}]\nprocessors: \(processors)\nsinks: [stdout]\n"
        let tree = try #require(YAMLTree.read(SourceText(file: "t", text)).tree)
        return try Self.validator().problems(tree).isEmpty
    }

    @Test(arguments: [
        "a", "[a, b]", "{path: a}", "{path: [a], buffer: 65536}", "{path: a, buffer: 1 MiB}", "{path: a, wait: 1h30m}",
        "{path: a, wait: 0}", "{path: a, count: 9}", "{path: a, count: '${env:N}'}", "{path: a, follow: true}",
        "{path: a, mode: fast}", "{path: a, set: {x: 1}}", "{path: 5}", "{path: a, rate: 0.5}",
        "{path: a, rate: '${env:R:-1}'}", "{path: a, token: x}",
    ])
    func acceptsWhatIsRight(_ with: String) throws {
        #expect(try isValid(with: with))
        #expect(try optionsAreFine(with))
    }

    @Test(arguments: [
        "{}", "{pth: a}", "{path: {}}", "{path: a, buffer: 1M}", "{path: a, buffer: -1}", "{path: a, wait: 5}",
        "{path: a, wait: 5 s}", "{path: a, count: 10}", "{path: a, count: x}", "{path: a, count: 1.5}",
        "{path: a, follow: 'yes'}", "{path: a, mode: quick}", "{path: a, set: {x: y}}", "{path: a, rate: 2}",
    ])
    func refusesWhatIsWrong(_ with: String) throws {
        #expect(try !isValid(with: with))
        #expect(try !optionsAreFine(with))
    }

    /// What the check that counts says about the same options: schema and check must agree.
    private func optionsAreFine(_ with: String) throws -> Bool {
        let text = "sources: [{uses: file, with: \(with)}]\nsinks: [stdout]\n"
        let (parsed, _) = PipelineConfiguration.parse(SourceText(file: "t", text))
        let environment = ConfigurationEnvironment(variables: ["N": "3", "R": "0.5"])
        let stage = try #require(parsed?.substituting(environment).configuration.stages.first)
        let plugin = try #require(Self.registry().find(.byteSource, "file"))
        return stage.check(against: plugin.manifest.configuration).configuration != nil
    }

    @Test func optionsBelongToTheirPlugin() throws {
        #expect(try !isValid(with: nil))
        #expect(try !isValid(source: "file@1.2", with: "{pth: a}"))
        #expect(try isValid(source: "byte_source/file", with: "a"))
        #expect(try !isValid(source: "byte_source/file", with: "{pth: a}"))
        #expect(try isValid(source: "./own.wasm", with: "{anything: 1}"))
        #expect(try !isValid(source: "fle"))
        #expect(try isValid(processors: "[lines, c++.log, {uses: lines, with: {}}]"))
        #expect(try !isValid(processors: "[{uses: c++.log, with: {x: 1}}]"))
        #expect(try isValid(processors: "[{uses: transform/twice, with: {n: 1}}, {uses: filter/twice}]"))
        #expect(try !isValid(processors: "[{uses: filter/twice, with: {n: 1}}]"))
    }

    @Test func stagesHaveTheirKeys() throws {
        #expect(try isValid(processors: "[{uses: lines, id: a, inputs: [b], on_error: skip}]"))
        #expect(try isValid(processors: "[{uses: lines, inputs: b}]"))
        #expect(try !isValid(processors: "[{uses: lines, inputs: []}]"))
        #expect(try !isValid(processors: "[{uses: lines, inputs: [a, a]}]"))
        #expect(try !isValid(processors: "[{uses: lines, on_error: retry}]"))
        #expect(try !isValid(processors: "[{id: x}]"))
        #expect(try !isValid(processors: "[{uses: lines, config: {plugin_name: lines}}]"))
    }

    @Test func longFormIsCheckedToo() throws {
        func config(_ inner: String) -> String { "[{type: plugin, config: \(inner)}]" }
        #expect(try isValid(processors: config("{plugin_type: parser, plugin_name: lines, params: {}}")))
        #expect(try !isValid(processors: config("{plugin_type: parser, plugin_name: lines, params: {x: 1}}")))
        #expect(try isValid(processors: config("{plugin_name: lines, params: {}, connection: {}}")))
        #expect(try isValid(processors: config("{plugin_source: wasm, plugin_path: a.wasm, params: {x: 1}}")))
        #expect(try !isValid(processors: config("{plugin_nam: lines}")))
        #expect(try !isValid(processors: config("{plugin_type: sink, plugin_name: lines}")))
        #expect(try !isValid(processors: config("{plugin_name: lines, plugin_path: a}")))
        #expect(try !isValid(processors: "[{type: filter, config: {plugin_name: lines}}]"))
    }

    @Test func topLevelIsChecked() throws {
        let validator = try Self.validator()
        func isValid(_ text: String) throws -> Bool {
            let tree = try #require(YAMLTree.read(SourceText(file: "t", text)).tree)
            return validator.problems(tree).isEmpty
        }
        let rest = "sources: [{uses: file, with: a}]\nsinks: [stdout]\n"
        #expect(try isValid(rest))
        #expect(try isValid("version: 1\nname: x\nsettings: {threads: 2, chunk_size: 1MiB, dead_letter: a}\n" + rest))
        #expect(try !isValid("version: 2\n" + rest))
        #expect(try !isValid("settings: {thread: 2}\n" + rest))
        #expect(try !isValid("settings: {dead_letter: {pth: x}}\n" + rest))
        #expect(try !isValid("nam: x\n" + rest))
        #expect(try !isValid("sources: []\nsinks: [stdout]\n"))
        #expect(try !isValid("sinks: [stdout]\n"))
    }

    @Test func secretsHaveNoDefaultInSchemas() throws {
        let text = try configurationSchema(registry: Self.registry()).text
        #expect(!text.contains("hunter2"))
        #expect(text.contains("\"writeOnly\": true"))
    }
}

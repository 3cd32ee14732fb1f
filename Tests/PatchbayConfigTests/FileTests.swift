import Foundation
import Glibc
import PatchbayConfig
import PatchbayPlugin
import Testing

/// Files and variables of the process.
struct FileTests {
    /// A new folder that is removed at the end.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func substituted(_ value: String, in folder: URL) throws -> (ConfigNode?, [String]) {
        let source = SourceText(
            file: folder.appending(path: "p.yaml").path,
            "sources: [{uses: file, with: {a: \"\(value)\"}}]\nsinks: [stdout]\n"
        )
        let parsed = try #require(PipelineConfiguration.parse(source).configuration)
        let (configuration, found) = parsed.substituting(.process)
        let prefix = folder.path + "/"
        return (
            configuration.stages[0].parameters?["a"],
            found.map { $0.message.replacingOccurrences(of: prefix, with: "") }
        )
    }

    @Test func readsConfigurationFiles() throws {
        try withFolder { folder in
            let path = folder.appending(path: "p.yaml").path
            try Data("name: x\n".utf8).write(to: URL(filePath: path))
            #expect(try SourceText.read(path).line(1) == "name: x")
            #expect(throws: ConfigurationError.self) { try SourceText.read(folder.path) }
            let missing = #expect(throws: ConfigurationError.self) { try SourceText.read("no/such.yaml") }
            #expect(missing?.description == "the file 'no/such.yaml' cannot be read: No such file or directory")
            try Data(count: SourceText.sizeLimit + 1).write(to: URL(filePath: path))
            let large = #expect(throws: ConfigurationError.self) { try SourceText.read(path) }
            #expect(large?.code == .tooLarge)
        }
    }

    @Test func variablesStandForFilesBesideTheConfiguration() throws {
        try withFolder { folder in
            func write(_ name: String, _ bytes: Data) throws { try bytes.write(to: folder.appending(path: name)) }
            try write("secret", Data("hunter2\n\n".utf8))
            try write("binary", Data([0x61, 0xFF]))
            try write("large", Data(repeating: 0x61, count: ConfigurationEnvironment.fileLimit + 1))
            try write("full", Data(repeating: 0x61, count: ConfigurationEnvironment.fileLimit))
            let (secret, none) = try substituted("${file:secret}", in: folder)
            #expect(secret?.string == "hunter2\n")
            #expect(secret?.provenance == .substituted)
            #expect(none.isEmpty)
            #expect(
                try substituted("${file:full}", in: folder).0?.string?.utf8.count == ConfigurationEnvironment.fileLimit)
            #expect(try substituted("${file:binary}", in: folder).1 == ["the file 'binary' is not UTF-8"])
            #expect(try substituted("${file:large}", in: folder).1 == ["the file 'large' has more than 65536 bytes"])
            #expect(
                try substituted("${file:none}", in: folder).1
                    == ["the file 'none' cannot be read: No such file or directory"]
            )
            #expect(try substituted("${file:.}", in: folder).1.first?.hasSuffix("it is a directory") == true)
            #expect(
                try substituted("${file:-}", in: folder).1 == ["the file '-' cannot be read: No such file or directory"]
            )
        }
    }

    /// Opening a pipe that nobody writes to must not wait for ever; a device without end must not fill the memory.
    @Test(.timeLimit(.minutes(1))) func onlyRegularFilesAreRead() throws {
        try withFolder { folder in
            let path = folder.appending(path: "pipe").path
            #expect(unsafe mkfifo(path, 0o600) == 0)
            let pipe = try substituted("${file:pipe}", in: folder).1
            #expect(pipe == ["the file 'pipe' cannot be read: it is not a regular file"])
            let device = try substituted("${file:/dev/zero}", in: folder).1
            #expect(device == ["the file '/dev/zero' cannot be read: it is not a regular file"])
            #expect(throws: ConfigurationError.self) { try SourceText.read("/dev/zero") }
        }
    }

    @Test func variablesOfTheProcess() throws {
        #expect(unsafe setenv("PATCHBAY_TEST_GOOD", "x", 1) == 0)
        let invalid: [CChar] = [0x61, -1, 0]
        #expect(unsafe setenv("PATCHBAY_TEST_BAD", invalid, 1) == 0)
        let folder = FileManager.default.temporaryDirectory
        #expect(try substituted("<${env:PATCHBAY_TEST_GOOD}>", in: folder).0?.string == "<x>")
        #expect(
            try substituted("${env:PATCHBAY_TEST_BAD}", in: folder).1 == ["the variable PATCHBAY_TEST_BAD is not UTF-8"]
        )
        let (node, found) = try substituted("${env:PATCHBAY_TEST_NONE}", in: folder)
        #expect(found == ["the variable PATCHBAY_TEST_NONE is not set"])
        #expect(node?.provenance == .unresolved)
    }

    /// Forty uses of a file of 64 KiB in each of many options must not fill the memory.
    @Test func whatVariablesStandForIsLimited() throws {
        let uses = String(repeating: "${env:BIG}", count: 100)
        let options = (0..<20).map { "o\($0): \"\(uses)\"" }.joined(separator: ", ")
        let source = SourceText(file: "p.yaml", "sources: [{uses: file, with: {\(options)}}]\nsinks: [stdout]\n")
        let parsed = try #require(PipelineConfiguration.parse(source).configuration)
        let environment = ConfigurationEnvironment(variables: ["BIG": String(repeating: "x", count: 64 << 10)])
        #expect(
            parsed.substituting(environment).diagnostics.first?.message == "the variables stand for more than 16 MiB")
    }

    @Test func missingValuesDoNotHideOtherErrors() throws {
        let schema = ConfigSchema([
            ConfigOption("n", .integer(), isRequired: true, summary: "number"),
            ConfigOption("m", .integer(1...2), summary: "number"),
        ])
        let text = "sources: [{uses: file, with: {n: \"${env:NONE}\", m: 3}}]\nsinks: [stdout]\n"
        let parsed = try #require(PipelineConfiguration.parse(SourceText(file: "p", text)).configuration)
        let stage = parsed.substituting(ConfigurationEnvironment(variables: [:])).configuration.stages[0]
        #expect(stage.check(against: schema).diagnostics.map(\.message) == ["option 'm': 3 is not from 1 to 2"])
    }

    @Test func colors() {
        let source = SourceText(file: "p.yaml", "nam: x\n")
        let text = DiagnosticRenderer([source], isColored: true).render(PipelineConfiguration.parse(source).diagnostics)
        #expect(
            text == """
                \u{1B}[1mp.yaml:1:1\u{1B}[0m: \u{1B}[1;31merror\u{1B}[0m: unknown key 'nam'
                  1 | nam: x
                    | \u{1B}[1;31m^~~\u{1B}[0m
                  \u{1B}[1;36mhelp\u{1B}[0m: did you mean 'name'?

                """
        )
    }

    /// A line with a secret is not shown, also not because of its neighbour.
    @Test func linesWithSecretsAreNotShown() throws {
        let schema = ConfigSchema([
            ConfigOption("token", .string(), isSecret: true, summary: "secret"),
            ConfigOption("pin", .integer(), isSecret: true, summary: "secret"),
        ])
        let text = "sources: [{uses: file, with: {token: hunter2, tokn: x, pin: hunter3}}]\nsinks: [stdout]\n"
        let source = SourceText(file: "p", text)
        let stage = try #require(PipelineConfiguration.parse(source).configuration?.stages.first)
        let shown = DiagnosticRenderer([source]).render(stage.check(against: schema).diagnostics)
        #expect(!shown.contains("hunter"))
        #expect(shown.contains("unknown option 'tokn'"))
        #expect(shown.contains("option 'pin': expected a whole number, got something else"))
    }
}

import Foundation
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

/// This build's host of OCM plugins with plugins that this build's SDKs serve.
@Suite("OCM: both sides", .timeLimit(.minutes(1)))
struct OCMBothSidesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The probe in Swift lies beside the test bundle, whatever the runner is called.
    private static var probe: String {
        let places = [URL(fileURLWithPath: CommandLine.arguments[0]), Bundle.main.bundleURL]
            .map { $0.deletingLastPathComponent().appendingPathComponent("OCMProbe").path }
        return places.first(where: FileManager.default.isExecutableFile(atPath:)) ?? places[0]
    }

    private func factory(_ path: String, usesTCP: Bool) throws -> OCMFactory {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["capabilities"]
        process.standardOutput = pipe
        try process.run()
        let text = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        var options = OCMOptions()
        options.usesTCP = usesTCP
        return try OCMFactory(
            path: path, capabilities: Bytes(String(decoding: text, as: UTF8.self)), options: options)
    }

    @Test("a plugin in Swift and one in Python", arguments: ["swift", "python"], [false, true])
    func sign(language: String, usesTCP: Bool) throws {
        let path =
            language == "swift"
            ? Self.probe : Self.root.path + "/GuestSDK/python/tests/plugins/ocm_signing.py"
        let factory = try factory(path, usesTCP: usesTCP)
        let capability = Capability(type: "signingHandler", name: "Backwards/v1")
        guard
            case .capability(var plugin) = try factory.makeInstance(
                for: capability, configuration: PluginConfiguration(checked: [:], stage: "test"))
        else { throw PluginError(.internalError, "no capability") }
        defer { plugin.stop() }
        func call(_ operation: String, _ input: String) throws(PluginError) -> String {
            let input = Bytes(input)
            var output = ByteBuffer()
            try plugin.call(capability, operation: operation, input: input.span, output: &output)
            return output.finish().text
        }
        let answer = try call(
            "sign",
            #"""
            {"request":{"digest":{"value":"abcü"},"config":{"type":"Backwards/v1"}},"credentials":{"type":"Key/v1"}}
            """#)
        let signature = try JSONReader.read(Bytes(answer), file: "answer")["signature"]
        #expect(signature?["value"]?.string == "ücba")
        #expect(signature?["issuer"]?.string == "Key/v1")
        let unfit = #expect(throws: PluginError.self) {
            try call("sign", #"{"request":{"digest":{"value":"a"},"config":{"type":"Backwards/v2"}}}"#)
        }
        #expect(unfit?.code == .input)
        let empty = #expect(throws: PluginError.self) {
            try call("verify", #"{"request":{"signature":{},"config":{"type":"Backwards/v1"}}}"#)
        }
        #expect(empty != nil)
    }
}

import Foundation
import Testing

@testable import PatchbayCommands

/// Every template becomes a plugin that builds and passes its own tests.
struct TemplateTests {
    struct Template: CustomTestStringConvertible {
        let language: PluginLanguage
        let role: String
        var testDescription: String { "\(language.rawValue) \(role)" }

        static let all = PluginLanguage.allCases.flatMap { language in
            Repository.files(in: "GuestSDK/templates/\(language.rawValue)").filter { $0 != "common" }
                .map { Template(language: language, role: $0) }
        }
    }

    @Test func templatesAreOfKnownRoles() {
        for template in Template.all { #expect(PluginTemplate.roles.contains(template.role)) }
        let common = Repository.files(in: "GuestSDK/templates/common")
        #expect(common == PluginTemplate.roles.sorted())
    }

    @Test(arguments: Template.all)
    func builds(_ template: Template) throws {
        if let absence = PluginFolder.absence(template.language) {
            print("skipped: \(template.testDescription): \(absence)")
            return
        }
        let program = try PluginFolder.program()
        let made = try program.run(
            "plugin", "new", "--role", template.role, "--language", template.language.rawValue, "my-plugin")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("  plugin.yaml\n"))
        let built = try program.run("plugin", "build", "my-plugin")
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.errors.isEmpty, "\(built.errors)")
        let type = template.role == "capability" ? "greeting" : template.role.replacingOccurrences(of: "-", with: "_")
        try checkWords(program)
        if template.language == .python {
            // What it does is tested with the SDK.
            let said = try program.shell("./my-plugin/my-plugin.plugin capabilities")
            #expect(said.status == 0, "\(said.errors)")
            #expect(said.output.contains(#"{"type": "\#(type)", "name": "my-plugin"}"#), "\(said.output)")
            #expect(said.output.contains(#""process": {"contract": 1"#), "\(said.output)")
            return
        }
        let inspected = try program.run("plugin", "inspect", "my-plugin/my-plugin.wasm")
        #expect(inspected.status == 0, "\(inspected.output)")
        #expect(inspected.output.contains("\(type)/my-plugin"), "\(inspected.output)")
        let tested = try program.run("plugin", "test", "my-plugin")
        #expect(tested.status == 0, "\(tested.output)\(tested.errors)")
        #expect(tested.output.contains("passed"), "\(tested.output)")
    }

    /// No word that stands for the plugin's name is left.
    private func checkWords(_ program: Program) throws {
        for file in try FileManager.default.subpathsOfDirectory(atPath: program.path("my-plugin"))
        where !file.hasSuffix(".wasm") && !file.hasSuffix(".plugin") {
            for word in ["plugin-name", "PluginName", "plugin_name", "plugin-language", "/plugin/sdk"] {
                #expect(!file.contains(word))
                #expect(try program.shell("grep -qF '\(word)' 'my-plugin/\(file)'").status != 0, "\(file): \(word)")
            }
        }
    }

    /// The tests in Swift that come with a plugin pass, with nothing but what the new folder holds.
    @Test func unitTestsPass() throws {
        if let absence = PluginFolder.absence(.swift) {
            print("skipped: unit tests of a template: \(absence)")
            return
        }
        let program = try PluginFolder.program()
        let made = try program.run("plugin", "new", "--role", "filter", "--language", "swift", "keep-errors")
        #expect(made.status == 0, "\(made.errors)")
        let passed = try program.shell("cd keep-errors && swift test")
        #expect(passed.status == 0, "\(passed.output)\(passed.errors)")
        #expect((passed.output + passed.errors).contains("1 test in 1 suite passed"), "\(passed.output)")
        let broken = try program.shell(
            "cd keep-errors && sed -i 's/== \"error\"/!= \"error\"/' Sources/KeepErrors/KeepErrors.swift && swift test")
        #expect(broken.status != 0)
    }
}

import Foundation
import Testing

@testable import PatchbayCommands

/// Every template becomes a plugin that builds.
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
        let inspected = try program.run("plugin", "inspect", "my-plugin/my-plugin.wasm")
        #expect(inspected.status == 0, "\(inspected.output)")
        let type = template.role == "capability" ? "greeting" : template.role.replacingOccurrences(of: "-", with: "_")
        #expect(inspected.output.contains("\(type)/my-plugin"), "\(inspected.output)")
        for file in try FileManager.default.subpathsOfDirectory(atPath: program.path("my-plugin"))
        where !file.hasSuffix(".wasm") {
            for word in ["plugin-name", "PluginName", "plugin_name", "plugin-language", "/plugin/sdk"] {
                #expect(!file.contains(word))
                #expect(try program.shell("grep -qF '\(word)' 'my-plugin/\(file)'").status != 0, "\(file): \(word)")
            }
        }
        try runCases(of: template, program)
    }

    /// The plugin does with each case's input what the case says. Cases of roles that take no records have other files.
    private func runCases(of template: Template, _ program: Program) throws {
        let folder = "GuestSDK/templates/common/\(template.role)/tests"
        for name in Repository.files(in: folder) {
            let files = Repository.files(in: "\(folder)/\(name)")
            guard files.contains("expected.jsonl"), let input = files.first(where: { $0.hasPrefix("input.") }) else {
                continue
            }
            var words = ["plugin", "run", "my-plugin/my-plugin.wasm", "--to", "json"]
            if files.contains("options.yaml") {
                let options = try Repository.text("\(folder)/\(name)/options.yaml").split(separator: "\n")
                for option in options { words += ["--with", option.replacingOccurrences(of: ": ", with: "=")] }
            }
            let result = try program.run(words, input: try Repository.text("\(folder)/\(name)/\(input)"))
            #expect(result.output == (try Repository.text("\(folder)/\(name)/expected.jsonl")), "\(result.errors)")
        }
    }
}

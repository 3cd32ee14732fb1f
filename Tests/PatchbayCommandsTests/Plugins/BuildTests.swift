import Foundation
import Testing

@testable import PatchbayCommands

/// What `plugin new` and `plugin build` refuse, and how they say so.
struct BuildTests {
    @Test(arguments: ["Keep", "a_b", "../Up", "patchbay-x", "a--b"])
    func newRefusesNames(_ name: String) throws {
        let result = try PluginFolder.program().run("plugin", "new", name)
        #expect(result.status == 2)
        #expect(result.errors.contains("name"))
    }

    @Test func newRefusesWhatIsThere() throws {
        let program = try PluginFolder.program()
        try program.write("keep", "x")
        let result = try program.run("plugin", "new", "keep")
        #expect(result.status == 6)
        #expect(result.errors.contains("'keep' is there already"))
        #expect(try program.read("keep") == "x")
    }

    @Test func newNamesTheRolesOfALanguage() throws {
        let program = try PluginFolder.program()
        let sdk = program.path("sdk")
        for folder in ["swift", "templates/swift/filter", "templates/c/sink"] {
            try FileManager.default.createDirectory(atPath: "\(sdk)/\(folder)", withIntermediateDirectories: true)
        }
        program.variables["PATCHBAY_SDK"] = sdk
        let result = try program.run("plugin", "new", "--role", "sink", "keep")
        #expect(result.status == 2)
        #expect(
            result.lastError
                == "patchbay: error: there is no sink template for Swift; Swift has filter; sink is there for C")
    }

    @Test func sdkIsNamedWhereItIsMissing() throws {
        let program = try PluginFolder.program()
        program.variables["PATCHBAY_SDK"] = program.path("nowhere")
        let result = try program.run("plugin", "new", "keep")
        #expect(result.status == 6)
        #expect(result.lastError.contains("PATCHBAY_SDK names"))
    }

    /// As `make install` lays it out: the SDK beside the program, wherever that is.
    @Test func installedProgramFindsItsTemplates() throws {
        let program = try PluginFolder.program()
        program.variables["PATCHBAY_SDK"] = nil
        for folder in ["bin", "share/patchbay"] {
            try FileManager.default.createDirectory(
                atPath: program.path(folder), withIntermediateDirectories: true)
        }
        let install = """
            cp '\(Program.path)' bin/patchbay && ln -s bin link &&
            cp -r '\(Repository.root.path)/GuestSDK' share/patchbay/ && mkdir other && cd other &&
            ../link/patchbay plugin new --language c keep && grep -c keep keep/plugin.yaml
            """
        let result = try program.shell(install)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasSuffix("\n2\n"), "\(result.output)")
        try FileManager.default.removeItem(atPath: program.path("share"))
        let without = try program.shell("bin/patchbay plugin new --language c keep")
        #expect(without.status == 6)
        #expect(without.lastError.contains("the plugin SDKs are not installed"))
    }

    @Test func aPluginInPythonIsAProgram() throws {
        let manifest = """
            manifest: 1
            name: keep
            version: 1.0.0
            summary: Keeps all.
            capabilities: [{type: filter, name: keep}]
            """
        let program = try write(manifest)
        try program.write("keep.py", "from patchbay import filter, run\n@filter\ndef keep(r): return True\nrun()\n")
        let module = try program.run("plugin", "build", "--form", "wasm")
        #expect(module.status == 2)
        #expect(module.lastError == "patchbay: error: plugins in Python have no form 'wasm'; they have process")
        let built = try program.run("plugin", "build", "--form", "process")
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.output.hasPrefix("keep.plugin: "))
        try program.write("keep.py", "from patchbay import sink, run\n@sink\ndef keep(r): pass\nrun()\n")
        let wrong = try program.run("plugin", "build", "--output", "other")
        #expect(wrong.status == 1, "\(wrong.errors)")
        #expect(wrong.errors.contains("filter/keep, which the program has not"), "\(wrong.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.path("other")))
    }

    @Test func aModuleIsNoProgram() throws {
        let manifest = """
            manifest: 1
            name: keep
            version: 1.0.0
            summary: Keeps all.
            language: zig
            capabilities: [{type: filter, name: keep}]
            """
        let built = try write(manifest).run("plugin", "build", "--form", "process")
        #expect(built.status == 2)
        #expect(built.lastError.contains("plugins in Zig have no form 'process'"))
    }

    private func write(_ yaml: String) throws -> Program {
        let program = try PluginFolder.program()
        try program.write("plugin.yaml", yaml)
        return program
    }

    @Test func manifestMistakesAreShownWithTheirPlace() throws {
        let unknown = try write("manifest: 1\nname: a\nversoin: 1.0.0\n").run("plugin", "build")
        #expect(unknown.status == 3)
        #expect(unknown.errors.contains("plugin.yaml:3:1: error: a plugin has no key 'versoin'"))
        #expect(unknown.errors.contains("did you mean 'version'?"))
        let missing = try write("manifest: 1\nname: a\nversion: 1.0.0\n").run("plugin", "build")
        #expect(missing.status == 3)
        #expect(missing.lastError.contains("names no capability"))
        let number = try write("manifest: 1\nname: a\nversion: 1.5\n").run("plugin", "build")
        #expect(number.lastError.contains("plugin.yaml:3:10: 'version' must be text"))
        let good = "manifest: 1\nname: a\nversion: 1.0.0\ncapabilities: [{type: filter, name: a}]\n"
        #expect(try write(good).run("plugin", "build").lastError.contains("has no sources"))
        let language = try write(good + "language: basic\n").run("plugin", "build")
        #expect(language.lastError.contains("plugin.yaml:5:11: 'language' is one of swift, c, rust, zig"))
        #expect(try PluginFolder.program().run("plugin", "build").lastError.contains("plugin.yaml is missing"))
    }

    /// The compiler's words reach the user, and no module is left that could be taken for the new one.
    @Test func compilersSpeakForThemselves() throws {
        guard PluginFolder.absence(.c) == nil else { return print("skipped: no clang") }
        let program = try write("manifest: 1\nname: a\nversion: 1.0.0\ncapabilities: [{type: filter, name: a}]\n")
        try program.write("a.c", "int broken(void) { return nothing; }\n")
        let result = try program.run("plugin", "build")
        #expect(result.status == 1)
        #expect(result.errors.contains("a.c:1:27: error: use of undeclared identifier 'nothing'"))
        #expect(result.lastError.hasPrefix("patchbay: error: clang ended with the exit code 1"))
        #expect(!FileManager.default.fileExists(atPath: program.path("a.wasm")))
    }
}

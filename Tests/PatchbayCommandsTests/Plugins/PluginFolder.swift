import Foundation
import Testing

@testable import PatchbayCommands

/// The program with the toolchains that the tests themselves run with, and a cache that all tests of a run share.
enum PluginFolder {
    static let cache = FileManager.default.temporaryDirectory.appending(path: "patchbay-cache-\(getuid())").path

    static func program() throws -> Program {
        let program = try Program()
        let own = ProcessInfo.processInfo.environment
        for name in ["PATH", "HOME", "PYTHONPATH", "TMPDIR"] { program.variables[name] = own[name] }
        program.variables["XDG_CACHE_HOME"] = cache
        program.variables["PATCHBAY_SDK"] = Repository.root.appending(path: "GuestSDK").path
        return program
    }

    /// Why plugins in a language cannot be built here; nil when they can.
    static func absence(_ language: PluginLanguage) -> String? {
        do throws(CommandError) {
            switch language {
            case .swift, .c: _ = try Toolchain.swift()
            case .rust: _ = try Toolchain.rust()
            case .zig: _ = try Toolchain.zig()
            case .python: _ = try Toolchain.python()
            }
            return nil
        } catch {
            return "\(error.message); \(error.advice ?? "")"
        }
    }
}

extension PluginFolder {
    /// A program in whose folder lies the template of a role, built as `NAME/NAME.wasm`; nil when the
    /// language's tools are not here, which is printed.
    static func built(
        _ role: String, _ language: PluginLanguage, name: String = "my-plugin"
    ) throws -> Program? {
        if let absence = absence(language) {
            print("skipped: \(language.rawValue) \(role): \(absence)")
            return nil
        }
        let program = try program()
        let made = try program.run("plugin", "new", "--role", role, "--language", language.rawValue, name)
        try #require(made.status == 0, "\(made.errors)")
        let built = try program.run("plugin", "build", name)
        try #require(built.status == 0, "\(built.errors)")
        return program
    }
}

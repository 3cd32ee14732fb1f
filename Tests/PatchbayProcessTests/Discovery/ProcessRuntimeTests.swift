import Foundation
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

/// Programs in directories and by path, and what is kept of what they say.
@Suite struct ProcessRuntimeTests {
    /// A folder with plugins, a cache, and a file to which every run of a plugin adds a line.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "patchbay-discovery-\(UUID().uuidString)")
            .path

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        var cache: String { path + "/cache" }
        var runtime: ProcessRuntime { ProcessRuntime(directories: PluginDirectories([path]), cache: cache) }

        func write(_ name: String, _ script: String, mode: Int = 0o755) throws {
            let file = "\(path)/\(name)"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }

        /// A plugin that counts how often it is run, where that can be seen.
        func plugin(_ name: String, _ capability: String) throws {
            try write(name, "echo run >> \(path)/runs\necho '\(Self.manifest(name, capability))'")
        }

        static func manifest(_ name: String, _ capability: String) -> String {
            """
            {"manifest": 1, "name": "\(name)", "version": "1.0.0", "summary": "",
             "capabilities": [{"type": "filter", "name": "\(capability)"}],
             "process": {"contract": 1, "transports": ["unix"], "encodings": ["json"]}}
            """
        }

        var runs: Int {
            (try? String(contentsOfFile: path + "/runs", encoding: .utf8))?.split(separator: "\n").count ?? 0
        }
    }

    @Test func aProgramIsAskedOnceForEachContent() throws {
        let folder = try Folder()
        try folder.plugin("keep", "keep")
        let file = folder.path + "/keep"
        guard case .notExamined = folder.runtime.finding(file) else { return #expect(Bool(false), "known at once") }
        #expect(folder.runs == 0)
        #expect(try folder.runtime.open(file, sandbox: .off).manifest.name == "keep")
        #expect(try folder.runtime.open(file, sandbox: .off).manifest.name == "keep")
        #expect(folder.runs == 1)
        guard case .manifest(let manifest) = folder.runtime.finding(file) else {
            return #expect(Bool(false), "not known")
        }
        #expect(manifest.capabilities == [Capability(.filter, name: "keep")])
        // The same content elsewhere is not asked either, but a changed one is.
        try FileManager.default.copyItem(atPath: file, toPath: folder.path + "/copy")
        _ = try folder.runtime.open(folder.path + "/copy", sandbox: .off)
        #expect(folder.runs == 1)
        try folder.plugin("keep", "other")
        #expect(try folder.runtime.open(file, sandbox: .off).manifest.capabilities.first?.name == "other")
        #expect(folder.runs == 2)
    }

    @Test(arguments: ["", "#", "patchbay-capabilities 1 answered 0\n{}", "\u{0}\u{0}\u{0}"])
    func aDamagedEntryIsMadeAnew(_ damage: String) throws {
        let folder = try Folder()
        try folder.plugin("keep", "keep")
        _ = try folder.runtime.open(folder.path + "/keep", sandbox: .off)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.cache) {
            try Data(damage.utf8).write(to: URL(filePath: "\(folder.cache)/\(name)"))
        }
        guard case .notExamined = folder.runtime.finding(folder.path + "/keep") else {
            return #expect(Bool(false), "damage was believed")
        }
        #expect(try folder.runtime.open(folder.path + "/keep", sandbox: .off).manifest.name == "keep")
        #expect(folder.runs == 2)
    }

    @Test func anEntryThatOthersMayWriteToIsNotBelieved() throws {
        let folder = try Folder()
        try folder.plugin("keep", "keep")
        _ = try folder.runtime.open(folder.path + "/keep", sandbox: .off)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.cache) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o666], ofItemAtPath: "\(folder.cache)/\(name)")
        }
        guard case .notExamined = folder.runtime.finding(folder.path + "/keep") else {
            return #expect(Bool(false), "it was believed")
        }
    }

    @Test(arguments: [
        ("echo 'no JSON'", "JSON"), ("echo boom >&2; exit 3", "boom"), ("echo '{}'", "manifest"),
        ("kill -9 $$", "SIGKILL"), ("head -c 2000000 /dev/zero", "more than"),
        (#"echo '{"manifest": 1, "name": "x", "version": "1", "capabilities": []}'"#, "capability"),
    ])
    func aBadProgramIsSetAsideWithItsReason(_ script: String, _ reason: String) throws {
        let folder = try Folder()
        try folder.write("bad", script)
        try folder.plugin("good", "good")
        let bad = folder.path + "/bad"
        let error = #expect(throws: PluginError.self) { try folder.runtime.open(bad, sandbox: .off) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        guard case .setAside(let words) = folder.runtime.finding(bad) else {
            return #expect(Bool(false), "it is not set aside")
        }
        #expect(words.contains(reason))
        #expect(try folder.runtime.open(folder.path + "/good", sandbox: .off).manifest.name == "good")
        // Once it is mended it is asked again.
        try folder.plugin("bad", "mended")
        #expect(try folder.runtime.open(bad, sandbox: .off).manifest.capabilities.first?.name == "mended")
    }

    @Test func onlyProgramsAreFound() throws {
        let folder = try Folder()
        try folder.plugin("b", "b")
        try folder.plugin("a", "a")
        try folder.write("text", "", mode: 0o644)
        try folder.write(".hidden", "")
        try folder.write("module.wasm", "")
        try folder.write("open", "", mode: 0o757)
        #expect(folder.runtime.installed() == ["a", "b", "open"].map { "\(folder.path)/\($0)" })
        #expect(folder.runs == 0)
        guard case .setAside(let reason) = folder.runtime.finding(folder.path + "/open") else {
            return #expect(Bool(false), "everybody may change it")
        }
        #expect(reason.contains("everybody may change it"))
    }

    @Test func theFirstOfTwoNamesWins() throws {
        let folder = try Folder()
        try folder.plugin("a", "same")
        try folder.plugin("b", "same")
        try folder.plugin("c", "other")
        let runtime = folder.runtime
        for name in ["a", "b", "c"] { _ = try runtime.examine("\(folder.path)/\(name)", sandbox: .off) }
        var registry = PluginRegistry(directories: PluginDirectories([folder.path]))
        try registry.register(runtime)
        let catalog = PluginCatalog(registry)
        #expect(catalog.entries.map(\.state) == [.ready, .shadowed(by: "\(folder.path)/a"), .ready])
        #expect(catalog.find(.filter, "same")?.origin == "\(folder.path)/a")
        #expect(catalog.find(.filter, "none") == nil)
    }

    @Test func aProgramThatHangsIsEnded() throws {
        let folder = try Folder()
        try folder.write("hangs", "sleep 1000")
        let began = MonotonicClock.nanoseconds
        let error = #expect(throws: PluginError.self) { try folder.runtime.open(folder.path + "/hangs", sandbox: .off) }
        #expect(error?.code == .timedOut)
        #expect(MonotonicClock.nanoseconds - began < 20_000_000_000)
    }

    @Test func theCacheIsTheUsersAlone() throws {
        let folder = try Folder()
        try folder.plugin("keep", "keep")
        _ = try folder.runtime.open(folder.path + "/keep", sandbox: .off)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.cache)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }
}

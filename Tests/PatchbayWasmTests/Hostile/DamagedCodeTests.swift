import Foundation
import PatchbayCore
import PatchbayModule
import Testing

@testable import PatchbayWasm

/// Machine code on disk that is not what was written there: it is compiled again, not trusted.
@Suite("Damaged machine code") final class DamagedCodeTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "patchbay-\(UUID().uuidString)").path
    private let files = FileManager.default

    deinit { try? files.removeItem(atPath: folder) }

    private struct Stored {
        let file: WasmModule
        let cache: CodeCache
        let entry: CodeCache.Entry
        let code: Data
    }

    private func compile(_ file: WasmModule, _ cache: CodeCache) throws {
        _ = try CompiledModule(file, try WasmEngine.shared(WasmOptions()), cache: cache)
    }

    /// Compiles a module and looks at what was stored.
    private func stored(_ module: HostileModule = HostileModule()) throws -> Stored {
        let file = try WasmModule(try module.bytes())
        let cache = try #require(CodeCache(folder))
        try compile(file, cache)
        let entry = cache.entry(file, try WasmEngine.shared(WasmOptions()))
        #expect(entry.verifiedPath() != nil)
        return Stored(file: file, cache: cache, entry: entry, code: try #require(files.contents(atPath: entry.path)))
    }

    /// What lies there now is not taken, and is replaced by what belongs there.
    private func expectReplaced(_ stored: Stored, _ what: String) throws {
        #expect(stored.entry.verifiedPath() == nil, "\(what) is trusted")
        try compile(stored.file, stored.cache)
        #expect(stored.entry.verifiedPath() != nil, "\(what) is not replaced")
    }

    private func overwrite(_ path: String, _ data: Data, mode: Int = 0o600) throws {
        try? files.removeItem(atPath: path)
        #expect(files.createFile(atPath: path, contents: data, attributes: [.posixPermissions: mode]))
    }

    @Test("changed and cut off")
    func damaged() throws {
        let stored = try stored()
        for step in 0..<40 {
            var data = stored.code
            data[data.startIndex + step * (data.count - 1) / 39] ^= 1 << UInt8(step % 8)
            try overwrite(stored.entry.path, data)
            try expectReplaced(stored, "code with another bit in it")
        }
        for count in [0, 1, stored.code.count / 2, stored.code.count - 1] {
            try overwrite(stored.entry.path, stored.code.prefix(count))
            try expectReplaced(stored, "code of \(count) bytes")
        }
        try overwrite(stored.entry.path, stored.code + Data([0]))
        try expectReplaced(stored, "code with a byte more")
    }

    @Test("with a wrong checksum or none")
    func checksum() throws {
        let stored = try stored()
        let path = stored.entry.path + ".sum"
        let sum = try #require(files.contents(atPath: path))
        for wrong in [Data(), sum.dropLast(), sum + Data([10]), Data(repeating: 48, count: 10_000)] {
            try overwrite(path, wrong)
            try expectReplaced(stored, "a checksum of \(wrong.count) bytes")
        }
        try files.removeItem(atPath: path)
        try expectReplaced(stored, "code without a checksum")
    }

    @Test("that others may write to, or that lies elsewhere")
    func foreign() throws {
        let stored = try stored()
        for mode in [0o666, 0o620, 0o602] {
            try files.setAttributes([.posixPermissions: mode], ofItemAtPath: stored.entry.path)
            try expectReplaced(stored, "code of mode \(String(mode, radix: 8))")
        }
        let elsewhere = folder + "/elsewhere"
        try overwrite(elsewhere, stored.code)
        try files.removeItem(atPath: stored.entry.path)
        try files.createSymbolicLink(atPath: stored.entry.path, withDestinationPath: elsewhere)
        try expectReplaced(stored, "a link")
        try files.removeItem(atPath: stored.entry.path)
        try files.createDirectory(atPath: stored.entry.path, withIntermediateDirectories: false)
        #expect(stored.entry.verifiedPath() == nil)
        try compile(stored.file, stored.cache)
    }

    @Test("of another module")
    func exchanged() throws {
        let stored = try stored()
        var other = HostileModule()
        other.onCall = "(nop)"
        let second = try self.stored(other)
        #expect(stored.entry.path != second.entry.path)
        try overwrite(stored.entry.path, second.code)
        try overwrite(stored.entry.path + ".sum", try #require(files.contents(atPath: second.entry.path + ".sum")))
        try expectReplaced(stored, "the code of another module")
    }

    @Test("in a directory of others")
    func directory() throws {
        _ = try stored()
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        _ = try #require(CodeCache(folder))
        let mode = try files.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let link = folder + "-link"
        try files.createSymbolicLink(atPath: link, withDestinationPath: folder)
        defer { try? files.removeItem(atPath: link) }
        #expect(CodeCache(link) == nil)
        let file = folder + "/file"
        try overwrite(file, Data())
        #expect(CodeCache(file) == nil)
        #expect(CodeCache("/proc/1/code") == nil)
    }
}

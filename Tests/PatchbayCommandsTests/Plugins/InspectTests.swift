import Foundation
import Testing

/// `patchbay plugin inspect` over files that are plugins, are not, or are nothing.
struct InspectTests {
    private static func section(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
        [identifier, UInt8(content.count)] + content
    }

    private static func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    private static let manifest = """
        {"manifest":1,"name":"keep","version":"1.2.3","summary":"Keeps.","abi":1,"permissions":["clock"],\
        "capabilities":[{"type":"filter","name":"keep"}]}
        """

    /// A module with the exports of a plugin, one import and 129 bytes of manifest.
    private static func module(clock: UInt8 = 3, manifest: String = manifest) -> Data {
        var bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        bytes += section(
            1, [4, 0x60, 2, 0x7F, 0x7F, 1, 0x7F, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 1, 0x7F, 0, 0x60, 1, 0x7F, 1, 0x7E])
        bytes += section(2, [1] + name("patchbay") + name("clock") + [0, clock])
        bytes += section(3, [3, 0, 1, 2]) + section(5, [1, 1, 2, 16])
        bytes += section(
            7,
            [4] + name("patchbay_call") + [0, 1] + name("patchbay_allocate") + [0, 2] + name("patchbay_free") + [0, 3]
                + name("memory") + [2, 0])
        bytes += section(10, [3, 4, 0, 0x41, 0, 0x0B, 4, 0, 0x41, 0, 0x0B, 2, 0, 0x0B])
        let content = name("patchbay.manifest") + Array(manifest.utf8)
        bytes += [0, UInt8(content.count & 0x7F) | 0x80, UInt8(content.count >> 7)] + content
        return Data(bytes)
    }

    @Test func pluginIsShown() throws {
        let program = try Program()
        try program.write("keep.wasm", Self.module())
        let result = try program.run("plugin", "inspect", "keep.wasm")
        #expect(result.status == 0, "\(result.errors)")
        for part in [
            "keep 1.2.3", "filter/keep", "abi           1\n", "wants         clock",
            "patchbay.clock  (i32) -> i64  grant clock", "131 kB, at most 1.05 MB",
            "patchbay_call      (i32, i32) -> i32",
            "custom patchbay.manifest",
        ] {
            #expect(result.output.contains(part), "\(part) in \(result.output)")
        }
        let digest = try program.shell("sha256sum keep.wasm").output.prefix(64)
        #expect(result.output.contains(digest))
    }

    @Test func jsonHoldsEverything() throws {
        let program = try Program()
        try program.write("keep.wasm", Self.module())
        let result = try program.run("plugin", "inspect", "--json", "keep.wasm")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["size"] as? Int == Self.module().count)
        #expect((object["problems"] as? [String])?.isEmpty == true)
        #expect(((object["manifest"] as? [String: Any])?["abi"] as? Int) == 1)
        #expect(((object["imports"] as? [[String: Any]])?.first?["grant"] as? String) == "clock")
    }

    @Test func foreignModulesAreNoPlugins() throws {
        let program = try Program()
        try program.write("wrong.wasm", Self.module(clock: 0))
        let wrong = try program.run("plugin", "inspect", "wrong.wasm")
        #expect(wrong.status == 5)
        #expect(wrong.output.contains("NOT A PLUGIN\n  byte "))
        #expect(wrong.output.contains("'patchbay.clock' must be (i32) -> i64, not (i32, i32) -> i32"))
        try program.write("empty.wasm", Data([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]))
        let empty = try program.run("plugin", "inspect", "empty.wasm")
        #expect(empty.status == 5)
        #expect(empty.output.contains("the module has no manifest"))
        try program.write("bad.wasm", Self.module(manifest: "{\"manifest\":1,\n\"name\":3}"))
        let bad = try program.run("plugin", "inspect", "bad.wasm")
        #expect(bad.status == 5)
        #expect(bad.lastError.contains("bad.wasm (manifest):2:8"))
    }

    @Test func damageIsNamedWithItsPlace() throws {
        let program = try Program()
        try program.write("cut.wasm", Self.module().prefix(100))
        let cut = try program.run("plugin", "inspect", "cut.wasm")
        #expect(cut.status == 5)
        #expect(cut.lastError.contains("cut.wasm at byte 65: the section has 62"))
        try program.write("text.wasm", "hello")
        #expect(try program.run("plugin", "inspect", "text.wasm").lastError.contains("no WebAssembly module"))
        #expect(try program.run("plugin", "inspect", "none.wasm").status == 6)
        #expect(try program.run("plugin", "inspect", ".").lastError.contains("'.'"))
    }

    @Test func namesGiveTheManifest() throws {
        let program = try Program()
        let inspected = try program.run("plugin", "inspect", "where")
        #expect(inspected.status == 0)
        #expect(inspected.output == (try program.run("plugin", "info", "where").output))
    }
}

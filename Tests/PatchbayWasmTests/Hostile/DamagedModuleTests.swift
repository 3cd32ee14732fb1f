import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// Module files that are not what was built.
@Suite("Damaged modules") struct DamagedModuleTests {
    /// Opens, compiles, runs. Whether it went well is not asked: an error has words, and the host goes on.
    private func attempt(_ bytes: [UInt8]) -> Bool {
        do throws(PluginError) {
            let factory = try HostileModule.factory(Bytes(copying: bytes.span))
            guard let capability = factory.manifest.capabilities.first else { return false }
            let configuration = PluginConfiguration(checked: [:], limits: .short, stage: "keep")
            guard case .filter(var filter) = try factory.makeInstance(for: capability, configuration: configuration)
            else { return false }
            try filter.bind(HostileFilter.schema)
            var selection = Selection(count: 10, all: true)
            try filter.filter(HostileFilter.batch(), into: &selection)
            return true
        } catch {
            #expect(!error.message.isEmpty)
            return false
        }
    }

    private func sound() throws -> [UInt8] {
        let bytes = try HostileModule().bytes()
        return bytes.span.indices.map { bytes.span[$0] }
    }

    @Test("every byte changed")
    func changed() throws {
        let sound = try sound()
        #expect(attempt(sound))
        var works = 0
        for index in sound.indices {
            var bytes = sound
            bytes[index] ^= index % 2 == 0 ? 0xFF : 1 << UInt8(index / 2 % 8)
            if attempt(bytes) { works += 1 }
        }
        // Names, texts and numbers may change without harm; most of the rest may not.
        #expect(works < sound.count)
    }

    @Test("cut off after every byte")
    func truncated() throws {
        let sound = try sound()
        for count in 0..<sound.count {
            let works = attempt(Array(sound.prefix(count)))
            #expect(!works, "with \(count) of \(sound.count) bytes")
        }
    }

    @Test("something behind the end")
    func longer() throws {
        let sound = try sound()
        for tail in [[0], [0, 0], [1, 1, 0], [255, 255, 255, 255, 255]] as [[UInt8]] {
            #expect(!attempt(sound + tail))
        }
    }
}

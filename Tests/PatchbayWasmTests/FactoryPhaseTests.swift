import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// How far a module comes: read, compiled, instantiated.
struct FactoryPhaseTests {
    @Test
    func whatIsNoValidCodeIsReadAndNotCompiled() throws {
        let factory = try HostileModule(definitions: "(func $nothing (result i32))").factory()
        let error = #expect(throws: PluginError.self) { try factory.compile() }
        #expect(error?.plugin == "hostile")
        #expect(error?.message.contains("no valid module") == true)
    }

    @Test
    func anInstanceCountsWhenItsStartIsOver() throws {
        let trapping = try HostileModule(definitions: "(func $trap unreachable) (start $trap)").factory()
        try trapping.compile(for: .short)
        #expect(throws: PluginError.self) { _ = try HostileFilter(trapping) }
        #expect(trapping.instances == 0)

        let sound = try HostileModule().factory()
        try sound.compile(for: .short)
        #expect(sound.instances == 0)
        _ = try HostileFilter(sound)
        #expect(sound.instances == 1)
    }

    @Test
    func codeMadeInAHurryGivesTheSame() throws {
        var options = WasmOptions()
        options.cachesCode = false
        options.optimizes = false
        let factory = try WasmFactory(try HostileModule().bytes(), origin: "hostile.wasm", options: options)
        var filter = try HostileFilter(factory)
        #expect(try filter.keep() == HostileFilter.batch().count)
        #expect(options.fingerprint != WasmOptions().fingerprint)
    }
}

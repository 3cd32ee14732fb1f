import CPatchbay
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

/// Instances in the pool of their engine, and those for which it has no place.
@Suite("Pool of instances", .serialized) struct PoolTests {
    private func filter(_ factory: WasmFactory, _ limits: PluginLimits = PluginLimits()) throws -> any FilterPlugin {
        let configuration = PluginConfiguration(checked: [:], limits: limits, stage: "keep")
        guard
            case .filter(var filter) = try factory.makeInstance(
                for: factory.manifest.capabilities[0], configuration: configuration)
        else { throw PluginError(.internalError, "no filter") }
        try filter.bind(Schema(fields: []))
        return filter
    }

    private func kept(_ filter: inout any FilterPlugin) throws -> Int {
        let builder = BatchBuilder(schema: Schema(fields: []))
        builder.value.append(copying: Bytes("record").span)
        var selection = Selection(count: 1, all: true)
        try filter.filter(builder.finish(), into: &selection)
        return selection.selectedCount
    }

    @Test("more instances than places: the others are made outside, and places come back")
    func isFull() throws {
        let pool = try #require(WasmEngine.shared(WasmOptions()).pool)
        let factory = try HostileModule().factory()
        for _ in 0..<2 {
            var filters = try (0..<InstancePool.places + 20).map { _ in try filter(factory) }
            #expect(pool.take() == nil)
            for index in filters.indices { #expect(try kept(&filters[index]) == 1) }
        }
        var places: [PoolPlace] = []
        while let place = pool.take() { places.append(place) }
        // Other tests may have instances.
        #expect(places.count > InstancePool.places / 2 && places.count <= InstancePool.places)
    }

    @Test("a place that was used shows nothing of the instance before")
    func isReset() throws {
        // Writes all over its memory, and gives up when it finds something there.
        var module = HostileModule()
        module.memory = "(memory (export \"memory\") 40)"
        module.definitions = "(table $table 10 funcref) (elem declare func $other) (func $other)"
        module.onCall = HostileModule.at(
            PATCHBAY_FILTER,
            """
            (if (ref.is_null (table.get $table (i32.const 3))) (then) (else (unreachable)))
            (table.set $table (i32.const 3) (ref.func $other))
            (if (i32.or (i32.load (i32.const 32768)) (i32.load (i32.const 2600000))) (then (unreachable)))
            (i32.store (i32.const 32768) (i32.const -1))
            (i32.store (i32.const 2600000) (i32.const -1))
            (if (i32.gt_u (memory.size) (i32.const 40)) (then (unreachable)))
            (drop (memory.grow (i32.const 3)))
            """)
        let factory = try module.factory()
        for _ in 0..<50 {
            var filter = try filter(factory)
            #expect(try kept(&filter) == 1)
        }
    }

    @Test("a module with larger tables than a place has is made outside")
    func largeTable() throws {
        var module = HostileModule()
        module.definitions = "(table 200000 funcref)"
        var limits = PluginLimits()
        limits.tableElements = 300_000
        var filter = try filter(try module.factory(), limits)
        #expect(try kept(&filter) == 1)
        // The limit of each stage holds, whatever room there is.
        module.definitions = "(table 5000 funcref)"
        limits.tableElements = 4999
        let error = #expect(throws: PluginError.self) { _ = try self.filter(try module.factory(), limits) }
        #expect(error?.description.contains("its start") == true)
    }
}

/// What users read of a trap.
@Suite("Traces of traps") struct TraceTests {
    @Test("functions and lines, innermost first, and no more than eight")
    func trace() {
        let text = """
            error while executing at wasm backtrace:
                0:    0x1f4 - plugin!append
                                at lines.swift:12:5
                1:    0x2aa - plugin!std::Vec<T, 0 - 1>::push
                2:    0x3bb - <unknown>!<wasm function 7>
            Caused by: 1 of 2 - wasm trap: unreachable
            """
        #expect(
            Trap.trace(text)
                == "in append (lines.swift:12:5) < std::Vec<T, 0 - 1>::push < <wasm function 7>")
        #expect(Trap.trace("wasm trap: interrupt\nat the end - of time") == nil)
        #expect(Trap.trace("") == nil)
        let deep = (0..<9).map { "    \($0):   0x1 - m!f\($0)" }.joined(separator: "\n")
        #expect(Trap.trace(deep) == "in " + (0..<8).map { "f\($0)" }.joined(separator: " < ") + " < ...")
    }
}

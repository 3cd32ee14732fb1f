import Testing

@testable import PatchbayWasm

/// What passes the check of options makes an engine: what does not would end the process.
struct EngineOptionTests {
    @Test(arguments: [false, true], [64 << 10, 1 << 20, 64 << 20])
    func everyPermittedCombinationMakesAnEngine(flag: Bool, stack: Int) throws {
        for bits in 0..<8 {
            var options = WasmOptions()
            options.hasDeadlines = flag
            options.countsFuel = bits & 1 != 0
            options.hasDebugInformation = bits & 2 != 0
            options.optimizes = bits & 4 != 0
            options.stackSize = stack
            _ = try WasmEngine.shared(options)
        }
    }

    @Test(arguments: [0, -1, 65_535, 64 << 20 + 1, Int.max])
    func otherStacksAreRefused(stack: Int) {
        var options = WasmOptions()
        options.stackSize = stack
        #expect(throws: WasmError.self) { _ = try WasmEngine.shared(options) }
    }
}

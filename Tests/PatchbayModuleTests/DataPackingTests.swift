import PatchbayCore
import Testing

@testable import PatchbayModule

/// Data without the zeros that a fresh memory has anyway.
struct DataPackingTests {
    private func packed(_ data: [UInt8], memory: [UInt8] = SmallModule.memory) throws -> [UInt8] {
        let before = SmallModule.header + SmallModule.types + SmallModule.imports + SmallModule.functions + memory
        let code = SmallModule.exports + SmallModule.code
        let bytes = before + code + SmallModule.section(11, data) + SmallModule.custom
        let result = try WasmModule(Bytes(bytes)).packingData().array
        if result == bytes { return data }
        #expect(
            result.starts(with: before + code) && result.suffix(SmallModule.custom.count) == SmallModule.custom[...])
        let rest = Array(result[(before.count + code.count)..<(result.count - SmallModule.custom.count)])
        #expect(rest.isEmpty || rest[0] == 11 && Int(rest[1]) == rest.count - 2)
        return Array(rest.dropFirst(2))
    }

    @Test func zerosAreLeftOutAndNeighboursJoined() throws {
        #expect(try packed([1, 0, 0x41, 8, 0x0B, 4, 1, 2, 0, 0]) == [1, 0, 0x41, 8, 0x0B, 2, 1, 2])
        #expect(try packed([1, 0, 0x41, 8, 0x0B, 2, 0, 0]) == [])
        let two: [UInt8] = [2, 0, 0x41, 8, 0x0B, 2, 1, 2, 0, 0x41, 12, 0x0B, 1, 3]
        #expect(try packed(two) == [1, 0, 0x41, 8, 0x0B, 5, 1, 2, 0, 0, 3])
        // 0x20000 needs its sign to stay plus.
        let high: [UInt8] = [2, 0, 0x41, 8, 0x0B, 2, 1, 0, 0, 0x41, 0x80, 0x80, 0x08, 0x0B, 1, 3]
        #expect(try packed(high) == [2, 0, 0x41, 8, 0x0B, 1, 1, 0, 0x41, 0x80, 0x80, 0x08, 0x0B, 1, 3])
    }

    @Test func otherDataStaysAsItIs() throws {
        let others: [[UInt8]] = [
            // Passive; at a place in a global; of a numbered memory; overlapping; falling; ending early.
            [1, 1, 2, 0, 0], [1, 0, 0x23, 0, 0x0B, 2, 1, 0], [1, 2, 0, 0x41, 0, 0x0B, 1, 0],
            [2, 0, 0x41, 8, 0x0B, 2, 1, 2, 0, 0x41, 9, 0x0B, 1, 0],
            [2, 0, 0x41, 8, 0x0B, 1, 1, 0, 0x41, 0, 0x0B, 1, 0],
            [1, 0, 0x41, 8, 0x0B, 9, 0], [9, 0, 0x41, 8, 0x0B, 1, 0],
        ]
        for data in others { #expect(try packed(data) == data) }
        // Nothing to gain.
        #expect(try packed([1, 0, 0x41, 8, 0x0B, 1, 1]) == [1, 0, 0x41, 8, 0x0B, 1, 1])
        // No memory, or two.
        let data: [UInt8] = [1, 0, 0x41, 8, 0x0B, 2, 1, 0]
        #expect(try packed(data, memory: SmallModule.section(5, [2, 0, 1, 0, 1])) == data)
    }
}

/// Changes a module so that most of what comes out is still valid: code keeps its types, sections their form.
struct Mutation {
    private var state: UInt64

    init(seed: UInt32) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 11) % UInt64(max(1, limit)))
    }

    mutating func chance(_ in: Int) -> Bool { below(`in`) == 0 }

    mutating func pick<T>(_ values: [T]) -> T? { values.isEmpty ? nil : values[below(values.count)] }

    /// Another module than `module`.
    mutating func apply(to module: [UInt8]) -> [UInt8] {
        // Now and then any byte: the reader of the file and the validator are to be met as well.
        if module.count < 12 || chance(32) { return damage(module) }
        var parts = ModuleParts(module)
        for _ in 0...below(3) {
            if chance(4) { changeSections(&parts) } else { changeCode(&parts) }
        }
        return parts.encoded()
    }

    private mutating func damage(_ module: [UInt8]) -> [UInt8] {
        var module = module
        guard !module.isEmpty else { return [0] }
        switch below(4) {
        case 0: module.removeLast(below(module.count))
        case 1: module.remove(at: below(module.count))
        case 2: module.insert(UInt8(below(256)), at: below(module.count))
        default: module[below(module.count)] = UInt8(below(256))
        }
        return module
    }

    /// Numbers at the edges of what is checked, then any.
    mutating func number() -> Int64 {
        let edges: [Int64] = [
            0, 1, -1, 7, 8, 63, 64, 127, 128, 255, 256, 4096, 65_535, 65_536, 65_537, 131_072, 1 << 20, (1 << 31) - 1,
            -(1 << 31), 1 << 22, (1 << 22) - 8, 1 << 24, 0x7FFF_0000, -64, -65_536,
        ]
        return switch below(4) {
        case 0: Int64(below(256))
        case 1: Int64(Int32(truncatingIfNeeded: below(1 << 32)))
        default: edges[below(edges.count)]
        }
    }

    /// A number that is none of those of items: sizes, offsets, limits.
    mutating func size() -> Int { Int(truncatingIfNeeded: number()) & 0xFFFF_FFFF }

    /// Code that leaves a constant of a type; nil for types without one.
    mutating func constant(_ type: UInt8) -> [UInt8]? {
        var code: [UInt8]
        switch type {
        case 0x7F:
            code = [0x41]
            code.append(signed: Int64(Int32(truncatingIfNeeded: number())))
        case 0x7E:
            code = [0x42]
            code.append(signed: chance(2) ? number() : number() << 32)
        case 0x7D: code = [0x43] + (0..<4).map { _ in UInt8(below(256)) }
        case 0x7C: code = [0x44] + (0..<8).map { _ in UInt8(below(256)) }
        case 0x7B: code = [0xFD, 0x0C] + (0..<16).map { _ in UInt8(below(256)) }
        case 0x70, 0x6F: code = [0xD0, type]
        default: return nil
        }
        return code
    }

    mutating func constants(_ types: [UInt8]) -> [UInt8]? {
        var code: [UInt8] = []
        for type in types {
            guard let constant = constant(type) else { return nil }
            code += constant
        }
        return code
    }
}

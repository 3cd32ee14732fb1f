extension Mutation {
    /// Code that may stand anywhere: it takes nothing and leaves nothing.
    mutating func insertion(_ body: FunctionBody, _ around: Surroundings) -> [UInt8]? {
        switch below(16) {
        case 0...3: callOfAny(around)
        case 4...6: store()
        case 7: bulk()
        case 8: growth()
        case 9: assignment(body)
        case 10: stackPointer()
        case 11: constants(body.results).map { $0 + [0x0F] }
        case 12: chance(4) ? [0x00] : indirectCall(around)
        case 13: chance(6) ? [0x03, 0x40, 0x0C, 0x00, 0x0B] : loop(around)
        case 14: tableGrowth()
        default: callOfAny(around)
        }
    }

    /// Any function with any arguments, of the host as well.
    private mutating func callOfAny(_ around: Surroundings) -> [UInt8]? {
        guard let function = pick(Array(around.functionTypes.indices)), let signature = around.signature(of: function),
            var code = constants(signature.parameters)
        else { return nil }
        code.append(0x10)
        code.append(number: function)
        return code + [UInt8](repeating: 0x1A, count: signature.results.count)
    }

    private mutating func indirectCall(_ around: Surroundings) -> [UInt8]? {
        guard let type = pick(Array(around.signatures.indices)),
            var code = constants(around.signatures[type].parameters + [0x7F])
        else { return nil }
        code.append(0x11)
        code.append(number: type)
        code.append(0)
        return code + [UInt8](repeating: 0x1A, count: around.signatures[type].results.count)
    }

    /// Something written somewhere: into results, the stack, what the host is still to read.
    private mutating func store() -> [UInt8]? {
        // Mostly where there is memory.
        var code: [UInt8] = [0x41]
        code.append(signed: chance(6) ? number() : Int64(below(below(2) == 0 ? 4096 : 65_000)))
        guard let value = constant(0x7E) else { return nil }
        code += value + [pick([0x37, 0x3C, 0x3D, 0x3E]) ?? 0x37, 0]
        code.append(number: chance(8) ? size() : below(512))
        return code
    }

    private mutating func bulk() -> [UInt8]? {
        var code: [UInt8] = []
        for _ in 0..<3 {
            code.append(0x41)
            code.append(signed: chance(6) ? number() : Int64(below(30_000)))
        }
        return code + (chance(2) ? [0xFC, 0x0B, 0] : [0xFC, 0x0A, 0, 0])
    }

    private mutating func growth() -> [UInt8]? { constant(0x7F).map { $0 + [0x40, 0, 0x1A] } }

    private mutating func tableGrowth() -> [UInt8]? {
        constant(0x7F).map { [0xD0, 0x70] + $0 + [0xFC, 0x0F, 0, 0x1A] }
    }

    private mutating func stackPointer() -> [UInt8]? { constant(0x7F).map { $0 + [0x24, 0] } }

    private mutating func assignment(_ body: FunctionBody) -> [UInt8]? {
        guard let local = pick(Array(body.locals.indices)), var code = constant(body.locals[local]) else { return nil }
        code.append(0x21)
        code.append(number: local)
        return code
    }

    /// Something again and again, until the time is over.
    private mutating func loop(_ around: Surroundings) -> [UInt8]? {
        guard chance(4) else { return store() }
        return (chance(2) ? growth() : callOfAny(around)).map { [0x03, 0x40] + $0 + [0x0C, 0, 0x0B] }
    }
}

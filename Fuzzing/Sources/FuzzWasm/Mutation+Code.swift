extension Mutation {
    /// What code may refer to.
    struct Surroundings {
        let signatures: [ModuleParts.Signature]
        /// The number of the type of each function.
        let functionTypes: [Int]

        func signature(of function: Int) -> ModuleParts.Signature? {
            guard functionTypes.indices.contains(function), signatures.indices.contains(functionTypes[function])
            else { return nil }
            return signatures[functionTypes[function]]
        }
    }

    /// Changes one place in the code of one function.
    mutating func changeCode(_ parts: inout ModuleParts) {
        guard var bodies = parts.bodies, !bodies.isEmpty, let types = parts.functionTypes, types.count >= bodies.count
        else { return changeSections(&parts) }
        let around = Surroundings(signatures: parts.signatures, functionTypes: types)
        // Long functions more often.
        let chosen = [below(bodies.count), below(bodies.count)].max { bodies[$0].count < bodies[$1].count } ?? 0
        let number = types.count - bodies.count + chosen
        guard let signature = around.signature(of: number), var body = FunctionBody(bodies[chosen], signature) else {
            return
        }
        let before = body.bytes
        for _ in 0..<8 where body.bytes == before {
            guard let instruction = pick(body.instructions) else { return }
            if chance(3) {
                // The last end closes the function: nothing stands behind it.
                if let code = insertion(body, around) { body.insert(code, before: instruction) }
            } else {
                change(instruction, &body, around)
            }
        }
        bodies[chosen] = body.bytes
        parts.setBodies(bodies)
    }

    private mutating func change(_ instruction: Instruction, _ body: inout FunctionBody, _ around: Surroundings) {
        switch instruction.opcode {
        case 0x41: if let code = constant(0x7F) { body.replace(instruction, with: code) }
        case 0x42: if let code = constant(0x7E) { body.replace(instruction, with: code) }
        case 0x43: if let code = constant(0x7D) { body.replace(instruction, with: code) }
        case 0x44: if let code = constant(0x7C) { body.replace(instruction, with: code) }
        case 0x20, 0x21, 0x22: changeLocal(instruction, &body)
        case 0x0C, 0x0D: changeBranch(instruction, &body)
        case 0x10: changeCall(instruction, &body, around)
        case 0x28...0x35 where chance(2), 0x36...0x3E: changeAccess(instruction, &body)
        // A condition the other way round.
        case 0x04, 0x1B: body.insert([0x45], before: instruction)
        default:
            guard let alike = Self.alike.first(where: { $0.contains(instruction.opcode) }), let other = pick(alike)
            else { return }
            body.bytes[instruction.start] = other
        }
    }

    private mutating func changeLocal(_ instruction: Instruction, _ body: inout FunctionBody) {
        guard let old = body.number(instruction), body.locals.indices.contains(old) else { return }
        let type = body.locals[old]
        if chance(4) {
            // A constant in place of the local, or what was to be kept is not.
            if instruction.opcode == 0x20, let code = constant(type) { body.replace(instruction, with: code) }
            if instruction.opcode == 0x21 { body.replace(instruction, with: [0x1A]) }
            if instruction.opcode == 0x22 { body.replace(instruction, with: [0x01]) }
            return
        }
        var operands: [UInt8] = []
        operands.append(number: pick(body.locals.indices.filter { body.locals[$0] == type }) ?? old)
        body.replaceOperands(instruction, with: operands)
    }

    private mutating func changeBranch(_ instruction: Instruction, _ body: inout FunctionBody) {
        guard let depth = body.number(instruction) else { return }
        switch below(3) {
        case 0 where instruction.opcode == 0x0D: body.replace(instruction, with: [0x1A])
        case 1 where instruction.opcode == 0x0D: body.insert([0x45], before: instruction)
        default:
            var operands: [UInt8] = []
            operands.append(number: chance(2) ? depth + 1 : below(depth + 1))
            body.replaceOperands(instruction, with: operands)
        }
    }

    private mutating func changeCall(_ instruction: Instruction, _ body: inout FunctionBody, _ around: Surroundings) {
        guard let old = body.number(instruction), let signature = around.signature(of: old) else { return }
        let others = around.functionTypes.indices.filter { around.signature(of: $0) == signature }
        var operands: [UInt8] = []
        operands.append(number: pick(others) ?? old)
        body.replaceOperands(instruction, with: operands)
    }

    /// Another place in memory, or another width.
    private mutating func changeAccess(_ instruction: Instruction, _ body: inout FunctionBody) {
        if chance(3), let alike = Self.alike.first(where: { $0.contains(instruction.opcode) }), let other = pick(alike)
        {
            // Any alignment up to the natural one will do.
            return body.replace(
                instruction, with: [other, 0] + body.bytes[(instruction.operands + 1)..<instruction.end])
        }
        var operands = [body.bytes[instruction.operands]]
        operands.append(number: size())
        body.replaceOperands(instruction, with: operands)
    }

    /// Opcodes that take and give the same types: calculations, comparisons, conversions, loads and stores.
    private static let alike: [[UInt8]] = [
        Array(0x6A...0x78), Array(0x46...0x4F), Array(0x7C...0x8A), Array(0x51...0x5A), Array(0x5B...0x60),
        Array(0x61...0x66), Array(0x92...0x98), Array(0xA0...0xA6), [0x45, 0x67, 0x68, 0x69, 0xC0, 0xC1],
        [0x79, 0x7A, 0x7B, 0xC2, 0xC3, 0xC4], [0xAC, 0xAD], Array(0x99...0x9F), Array(0x8B...0x91),
        [0x28, 0x2C, 0x2D, 0x2E, 0x2F], [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35], [0x36, 0x3A, 0x3B],
        [0x37, 0x3C, 0x3D, 0x3E],
    ]
}

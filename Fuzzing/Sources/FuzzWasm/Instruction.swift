/// One instruction in the code of a function.
struct Instruction {
    let opcode: UInt8
    /// Where it begins, where what follows the opcode does, and where the next one begins.
    let start: Int
    let operands: Int
    let end: Int

    /// The next instruction; nil at the end and in front of what is not known.
    init?(_ reader: inout ByteReader) {
        start = reader.place
        guard let opcode = reader.byte() else { return nil }
        self.opcode = opcode
        operands = reader.place
        guard Self.skipOperands(opcode, &reader) != nil else { return nil }
        end = reader.place
    }

    /// The instructions of a body behind its locals, as far as they are known.
    static func all(_ body: [UInt8], from start: Int) -> [Instruction] {
        var reader = ByteReader(body, at: start)
        var found: [Instruction] = []
        while let instruction = Instruction(&reader) { found.append(instruction) }
        return found
    }

    private static func skipOperands(_ opcode: UInt8, _ reader: inout ByteReader) -> Void? {
        switch opcode {
        case 0x02, 0x03, 0x04, 0x0C, 0x0D, 0x10, 0x20...0x26, 0x3F...0x42, 0xD0, 0xD2: reader.skipNumber()
        case 0x0E:
            reader.number().flatMap { count in
                for _ in 0...min(count, reader.bytes.count) where reader.skipNumber() == nil { return nil }
                return ()
            }
        case 0x11, 0x28...0x3E: reader.skipNumber().flatMap { reader.skipNumber() }
        case 0x1C: reader.name().map { _ in () }
        case 0x43: reader.take(4).map { _ in () }
        case 0x44: reader.take(8).map { _ in () }
        case 0x00, 0x01, 0x05, 0x0B, 0x0F, 0x1A, 0x1B, 0x45...0xC4, 0xD1: ()
        case 0xFC: reader.number().flatMap { skipBulk($0, &reader) }
        case 0xFD: reader.number().flatMap { skipVector($0, &reader) }
        default: nil
        }
    }

    private static func skipBulk(_ opcode: Int, _ reader: inout ByteReader) -> Void? {
        switch opcode {
        case 0...7: ()
        case 9, 11, 13, 15, 16, 17: reader.skipNumber()
        case 8, 10, 12, 14: reader.skipNumber().flatMap { reader.skipNumber() }
        default: nil
        }
    }

    private static func skipVector(_ opcode: Int, _ reader: inout ByteReader) -> Void? {
        switch opcode {
        case 0...11, 92, 93: reader.skipNumber().flatMap { reader.skipNumber() }
        case 84...91: reader.skipNumber().flatMap { reader.skipNumber() }.flatMap { reader.byte().map { _ in () } }
        case 12, 13: reader.take(16).map { _ in () }
        case 21...34: reader.byte().map { _ in () }
        case 14...275: ()
        default: nil
        }
    }
}

/// The code of one function, and what stands around it.
struct FunctionBody {
    var bytes: [UInt8]
    let instructions: [Instruction]
    /// The types of parameters and locals.
    let locals: [UInt8]
    let results: [UInt8]

    /// Nil when the locals are not in order.
    init?(_ bytes: [UInt8], _ signature: ModuleParts.Signature) {
        var reader = ByteReader(bytes)
        var locals = signature.parameters
        guard let groups = reader.number(), groups < 1000 else { return nil }
        for _ in 0..<groups {
            guard let count = reader.number(), count < 10_000, let type = reader.byte() else { return nil }
            locals += [UInt8](repeating: type, count: count)
        }
        self.bytes = bytes
        self.locals = locals
        results = signature.results
        instructions = Instruction.all(bytes, from: reader.place)
        if instructions.isEmpty { return nil }
    }

    /// Another instruction with operands in place of one.
    mutating func replace(_ instruction: Instruction, with code: [UInt8]) {
        bytes.replaceSubrange(instruction.start..<instruction.end, with: code)
    }

    /// Other operands.
    mutating func replaceOperands(_ instruction: Instruction, with operands: [UInt8]) {
        bytes.replaceSubrange(instruction.operands..<instruction.end, with: operands)
    }

    mutating func insert(_ code: [UInt8], before instruction: Instruction) {
        bytes.insert(contentsOf: code, at: instruction.start)
    }

    func number(_ instruction: Instruction) -> Int? {
        var reader = ByteReader(bytes, at: instruction.operands)
        return reader.number()
    }
}

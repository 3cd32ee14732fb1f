/// Reads the numbers and names of the binary format; nil where there is none.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var place: Int

    init(_ bytes: [UInt8], at place: Int = 0) {
        self.bytes = bytes
        self.place = min(place, bytes.count)
    }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        place += 1
        return bytes[place - 1]
    }

    /// Without sign, in seven bits a byte, 32 bits at most.
    mutating func number() -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard let byte = byte() else { return nil }
            value |= Int(byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }

    /// Passes over a number of any size.
    mutating func skipNumber() -> Void? {
        for _ in 0..<10 {
            guard let byte = byte() else { return nil }
            if byte < 128 { return () }
        }
        return nil
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= bytes.count - place else { return nil }
        place += count
        return Array(bytes[place - count..<place])
    }

    mutating func name() -> [UInt8]? { number().flatMap { take($0) } }

    /// A constant expression: instructions to the first end.
    mutating func expression() -> Void? {
        while let instruction = Instruction(&self) {
            if instruction.opcode == 0x0B { return () }
        }
        return nil
    }
}

extension [UInt8] {
    /// Without sign, in seven bits a byte.
    mutating func append(number: Int) {
        var rest = UInt64(truncatingIfNeeded: number)
        while rest > 127 {
            append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// With sign, in seven bits a byte.
    mutating func append(signed: Int64) {
        var rest = signed
        while rest > 63 || rest < -64 {
            append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        append(UInt8(rest & 127))
    }
}

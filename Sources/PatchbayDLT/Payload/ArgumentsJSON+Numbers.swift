import PatchbayCore

extension ArgumentsJSON {
    /// Writes the number at `position`; 128-bit ones as strings of hexadecimal digits, most significant first.
    func append(number argument: Argument, at position: Int, isBigEndian: Bool, to output: inout ByteBuffer) {
        let size = argument.size
        guard size <= 8 else { return appendWide(position, isBigEndian: isBigEndian, to: &output) }
        let bits = buffer.number(position, size: size, bigEndian: isBigEndian)
        switch argument.kind {
        case .bool: output.append(literal: bits == 0 ? "false" : "true")
        case .signed: output.append(decimal: bits.signExtended(bytes: size))
        case .float:
            switch size {
            case 2: output.appendJSON(float: Float(FloatText.double(half: UInt16(truncatingIfNeeded: bits))))
            case 4: output.appendJSON(float: Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            case 8: output.appendJSON(float: Double(bitPattern: bits))
            default: output.append(decimal: bits)
            }
        default: output.append(decimal: bits)
        }
    }

    private func appendWide(_ position: Int, isBigEndian: Bool, to output: inout ByteBuffer) {
        let first = buffer.number64(position, bigEndian: isBigEndian)
        let second = buffer.number64(position &+ 8, bigEndian: isBigEndian)
        output.append(literal: "\"0x")
        output.append(hexadecimal: isBigEndian ? first : second, width: 16)
        output.append(hexadecimal: isBigEndian ? second : first, width: 16)
        output.append(UInt8(ascii: "\""))
    }

    /// Factor and offset of a fixed-point number, and of a single one up to 64 bits the physical value.
    func appendFixedPoint(_ argument: Argument, isBigEndian: Bool, to output: inout ByteBuffer) {
        let factor = Float(bitPattern: argument.quantization)
        output.appendJSONKey("quantization")
        output.appendJSON(float: factor)
        output.appendJSONKey("offset")
        output.append(decimal: argument.offset)
        guard argument.size <= 8, !argument.type.isArray else { return }
        let bits = buffer.number(argument.value, size: argument.size, bigEndian: isBigEndian)
        let raw = argument.kind == .signed ? Double(bits.signExtended(bytes: argument.size)) : Double(bits)
        output.appendJSONKey("physical")
        output.appendJSON(float: raw * Double(factor) + Double(argument.offset))
    }
}

extension Buffer {
    /// A number of 1, 2, 4 or 8 bytes; 0 for other sizes.
    func number(_ position: Int, size: Int, bigEndian: Bool) -> UInt64 {
        switch size {
        case 1: UInt64(byte(position))
        case 2: UInt64(number16(position, bigEndian: bigEndian))
        case 4: UInt64(number32(position, bigEndian: bigEndian))
        case 8: number64(position, bigEndian: bigEndian)
        default: 0
        }
    }
}

extension UInt64 {
    /// The signed number in the low `size` bytes, 1 to 8.
    func signExtended(bytes size: Int) -> Int64 {
        let unused = UInt64(64 &- size &* 8)
        return Int64(bitPattern: self &<< unused) &>> Int64(unused)
    }
}

import PatchbayCore

extension PayloadText {
    /// Writes the number at `position`.
    func append(number argument: Argument, at position: Int, isBigEndian: Bool, to output: inout ByteBuffer) {
        if argument.kind == .float {
            return append(float: argument.size, at: position, isBigEndian: isBigEndian, to: &output)
        }
        guard argument.size <= 8 else {
            return output.appendHex(buffer, position..<position &+ argument.size, separator: 0x20)
        }
        let bits = buffer.number(position, size: argument.size, bigEndian: isBigEndian)
        switch (argument.kind, argument.type.coding) {
        case (.unsigned, 2):
            output.append(literal: "0x")
            output.append(hexadecimal: bits, width: argument.size &* 2)
        case (.unsigned, 3):
            append(binary: bits, size: argument.size, to: &output)
        case (.signed, _):
            output.append(decimal: bits.signExtended(bytes: argument.size))
        default:
            output.append(decimal: bits)
        }
    }

    /// `0b` and groups of four bits.
    private func append(binary bits: UInt64, size: Int, to output: inout ByteBuffer) {
        output.append(literal: "0b")
        for bit in stride(from: size &* 8 &- 1, through: 0, by: -1) {
            output.append(bits & (1 << UInt64(bit)) == 0 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            if bit & 3 == 0, bit > 0 { output.append(0x20) }
        }
    }

    private func append(float size: Int, at position: Int, isBigEndian: Bool, to output: inout ByteBuffer) {
        switch size {
        case 2:
            let bits = buffer.number16(position, bigEndian: isBigEndian)
            output.append(general: FloatText.double(half: bits))
        case 4:
            let bits = buffer.number32(position, bigEndian: isBigEndian)
            output.append(general: Double(Float(bitPattern: bits)))
        case 8:
            output.append(general: Double(bitPattern: buffer.number64(position, bigEndian: isBigEndian)))
        default:
            output.appendHex(buffer, position..<position &+ size, separator: 0x20)
        }
    }
}

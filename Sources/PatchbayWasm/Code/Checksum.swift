/// A checksum of 64 bits over large files, at the speed of memory: four lanes of multiply and rotate. Finds damage, and
/// protects from nothing else.
enum Checksum {
    /// Length and checksum in hexadecimal.
    static func text(_ bytes: Span<UInt8>) -> String {
        var lanes = SIMD4<UInt64>(
            0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5)
        let words = bytes.count / 32
        let raw = unsafe bytes.bytes
        for index in 0..<words {
            let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index &* 32, as: SIMD4<UInt64>.self)
            lanes = (lanes ^ block) &* 0x9FB2_1C65_1E98_DF25
            lanes ^= lanes &>> 29
        }
        for index in (words * 32)..<bytes.count {
            lanes[index & 3] = (lanes[index & 3] ^ UInt64(bytes[index])) &* 0x9FB2_1C65_1E98_DF25
        }
        var sum = UInt64(bytes.count)
        for lane in 0..<4 {
            sum = (sum ^ lanes[lane]) &* 0xD6E8_FEB8_6659_FD93
            sum ^= sum >> 32
        }
        return "\(bytes.count) \(String(sum, radix: 16))"
    }
}

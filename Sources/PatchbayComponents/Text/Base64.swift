import PatchbayCore

extension ByteBuffer {
    /// Appends the base64 form of `bytes` with padding (RFC 4648, section 4).
    mutating func append(base64 bytes: Span<UInt8>) {
        var at = 0
        while at < bytes.count {
            let left = min(3, bytes.count - at)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < left ? UInt32(bytes[at + index]) : 0) }
            for index in 0..<4 {
                if index > left {
                    append(UInt8(ascii: "="))
                } else {
                    append(Self.base64Digit(UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * index)) & 63))
                }
            }
            at += left
        }
    }

    private static func base64Digit(_ value: UInt8) -> UInt8 {
        switch value {
        case ..<26: 65 + value
        case ..<52: 71 + value
        case ..<62: value - 4
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}

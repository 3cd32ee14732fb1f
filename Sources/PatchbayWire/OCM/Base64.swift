package import PatchbayCore

/// Bytes as text in 64 letters (RFC 4648, section 4, with padding).
package enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text for `bytes`.
    package static func encoded(_ bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let letter = letters[Int(bits >> UInt32(18 - 6 * index) & 0x3F)]
                text.append(index <= count ? letter : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` stands for; nil when it is no such text.
    package static func decoded(_ text: String) -> Bytes? {
        let source = Array(text.utf8)
        guard source.count % 4 == 0 else { return nil }
        let padding = source.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
        var output = ByteBuffer(capacity: source.count / 4 * 3)
        var bits: UInt32 = 0
        for (index, letter) in source.enumerated() {
            if index < source.count - padding {
                guard let value = value(of: letter) else { return nil }
                bits = bits << 6 | value
            } else {
                bits <<= 6
            }
            guard index % 4 == 3 else { continue }
            let kept = index == source.count - 1 ? 3 - padding : 3
            for part in 0..<kept { output.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * part))) }
            bits = 0
        }
        return output.finish()
    }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

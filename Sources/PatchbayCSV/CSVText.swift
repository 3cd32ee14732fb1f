internal import PatchbayCore

/// Writes cells as JSON strings (RFC 8259, section 7). What is no UTF-8 becomes U+FFFD, for JSON has to be.
enum CSVText {
    static func append(_ cell: CSVCell, _ buffer: Buffer, quote: UInt8, to text: inout ByteBuffer) {
        text.append(UInt8(ascii: "\""))
        var at = cell.range.lowerBound
        while at < cell.range.upperBound {
            let byte = buffer.load(at, as: UInt8.self)
            if byte >= 0x80 {
                let length = sequence(buffer, at, cell.range.upperBound)
                if length == 0 {
                    text.append(literal: "\u{FFFD}")
                    at += 1
                } else {
                    text.append(buffer.bytes(at: at, count: length))
                    at += length
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0x0A: text.append(literal: "\\n")
            case 0x0D: text.append(literal: "\\r")
            case 0x09: text.append(literal: "\\t")
            case ..<0x20:
                text.append(literal: "\\u00")
                text.append(hexadecimal: UInt64(byte), width: 2)
            default: text.append(byte)
            }
            at += byte == quote && cell.hasDoubledQuotes ? 2 : 1
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Length of the UTF-8 sequence of several bytes at `at` (Unicode 15, table 3-7); 0 when there is none.
    private static func sequence(_ buffer: Buffer, _ at: Int, _ end: Int) -> Int {
        func byte(_ index: Int) -> UInt8 { at + index < end ? buffer.load(at + index, as: UInt8.self) : 0 }
        func isTail(_ index: Int) -> Bool { byte(index) & 0xC0 == 0x80 }
        let (first, second) = (byte(0), byte(1))
        switch first {
        case 0xC2...0xDF: return isTail(1) ? 2 : 0
        case 0xE0: return second >= 0xA0 && isTail(1) && isTail(2) ? 3 : 0
        case 0xED: return second < 0xA0 && isTail(1) && isTail(2) ? 3 : 0
        case 0xE1...0xEF: return isTail(1) && isTail(2) ? 3 : 0
        case 0xF0: return second >= 0x90 && isTail(1) && isTail(2) && isTail(3) ? 4 : 0
        case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : 0
        case 0xF4: return second < 0x90 && isTail(1) && isTail(2) && isTail(3) ? 4 : 0
        default: return 0
        }
    }
}

/// Tells numbers from text.
enum CSVNumber {
    /// Whether the bytes are a number of JSON (RFC 8259, section 6).
    static func isNumber(_ buffer: Buffer, _ range: Range<Int>) -> Bool {
        var at = range.lowerBound
        func byte() -> UInt8 { at < range.upperBound ? buffer.load(at, as: UInt8.self) : 0 }
        func digits() -> Int {
            let first = at
            while byte() >= 48, byte() <= 57 { at += 1 }
            return at - first
        }
        if byte() == UInt8(ascii: "-") { at += 1 }
        let startsWithZero = byte() == 48
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if byte() == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { return false }
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { at += 1 }
            guard digits() > 0 else { return false }
        }
        return at == range.upperBound
    }
}

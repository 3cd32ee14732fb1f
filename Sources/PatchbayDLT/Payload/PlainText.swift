import PatchbayCore

extension ByteBuffer {
    /// Appends text from a message up to its first NUL: line breaks become spaces, bytes that are no UTF-8 are shown
    /// as `\xNN`, everything else stays as it is.
    mutating func appendText(_ source: Buffer, _ range: Range<Int>) {
        var position = range.lowerBound
        let end = range.upperBound
        while position < end {
            let special = Self.firstSpecial(source, position, end)
            if special > position { append(copying: source, at: position, count: special &- position) }
            guard special < end else { return }
            let byte = source.byte(special)
            if byte == 0 { return }
            if byte == 0x0A || byte == 0x0D {
                append(0x20)
                position = special &+ 1
            } else {
                let length = source.bytes(at: special, count: end &- special).utf8SequenceLength(at: 0)
                if length > 0 {
                    append(copying: source, at: special, count: length)
                } else {
                    appendEscape(byte)
                }
                position = special &+ max(1, length)
            }
        }
    }

    /// Appends `\xNN`.
    mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: "x"))
        append(hexadecimal: UInt64(byte), width: 2)
    }

    /// The first byte that is NUL, a line break or not ASCII; eight at a time.
    @inline(__always)
    private static func firstSpecial(_ source: Buffer, _ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position < end {
            let word = UInt64(littleEndian: source.loadUnaligned(at: position, as: UInt64.self))
            let newline = word ^ (ones &* 0x0A)
            let carriageReturn = word ^ (ones &* 0x0D)
            let breaks = ((newline &- ones) & ~newline) | ((carriageReturn &- ones) & ~carriageReturn)
            let found = (((word &- ones) & ~word) | breaks | word) & highs
            if found != 0 { return min(end, position &+ found.trailingZeroBitCount / 8) }
            position &+= 8
        }
        return end
    }

    /// Appends bytes as two hexadecimal digits each with `separator`, a space or an apostrophe, between them.
    mutating func appendHex(_ source: Buffer, _ range: Range<Int>, separator: UInt8) {
        let count = range.count
        guard count > 0 else { return }
        let table = separator == 0x20 ? HexDigits.spaced : HexDigits.quoted
        append(words: count &* 3 &+ 9) { target, offset in
            var from = range.lowerBound
            var to = offset
            // Four bytes become twelve characters, which go out as twice six; what is too much is written over.
            while from < range.upperBound {
                let word = source.little32(from)
                let low = HexDigits.pair(table, word)
                let high = HexDigits.pair(table, word >> 16)
                target.storeUnaligned(low.littleEndian, at: to)
                target.storeUnaligned(high.littleEndian, at: to &+ 6)
                from &+= 4
                to &+= 12
            }
            return count &* 3 &- 1
        }
    }

    /// Appends bytes as two hexadecimal digits each.
    mutating func appendHexDigits(_ source: Buffer, _ range: Range<Int>) {
        let table = HexDigits.spaced
        append(words: range.count &* 2) { target, offset in
            var to = offset
            for position in range {
                let digits = table.load(Int(source.byte(position)), as: UInt32.self)
                target.storeUnaligned(UInt16(truncatingIfNeeded: digits).littleEndian, at: to)
                to &+= 2
            }
            return to &- offset
        }
    }
}

/// Two hexadecimal digits and a separator for each byte.
private enum HexDigits {
    static let spaced = table(0x20)
    static let quoted = table(0x27)

    /// Six characters for the two low bytes of `word`.
    @inline(__always)
    static func pair(_ table: Buffer, _ word: UInt32) -> UInt64 {
        let first = table.load(Int(word & 0xFF), as: UInt32.self)
        let second = table.load(Int((word >> 8) & 0xFF), as: UInt32.self)
        return UInt64(first) | UInt64(second) << 24
    }

    private static func table(_ separator: UInt8) -> Buffer {
        func digit(_ value: UInt8) -> UInt32 { UInt32(value < 10 ? 48 &+ value : 87 &+ value) }
        let buffer = Buffer(capacity: 1024)
        for byte in 0..<256 {
            let value = UInt8(truncatingIfNeeded: byte)
            buffer.store(digit(value >> 4) | digit(value & 15) << 8 | UInt32(separator) << 16, at: byte)
        }
        return buffer
    }
}

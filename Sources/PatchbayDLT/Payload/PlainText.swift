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

    /// Appends bytes as two hexadecimal digits each with `separator` between them.
    mutating func appendHex(_ source: Buffer, _ range: Range<Int>, separator: UInt8) {
        let count = range.count
        guard count > 0 else { return }
        let separators = UInt64(separator) << 16 | UInt64(separator) << 40
        append(words: count &* 3) { target, offset in
            var from = range.lowerBound
            var to = offset
            let last = offset &+ count &* 3
            // Four bytes become eight digits; they go out as twice six characters.
            while to < last {
                let digits = Self.hexDigits(source.little32(from))
                target.storeUnaligned(Self.spaced(digits, separators).littleEndian, at: to)
                if last &- to > 6 {
                    target.storeUnaligned(Self.spaced(digits >> 32, separators).littleEndian, at: to &+ 6)
                }
                from &+= 4
                to &+= 12
            }
            return count &* 3 &- 1
        }
    }

    /// The eight hexadecimal digits of four bytes, first byte and high digit lowest.
    @inline(__always)
    private static func hexDigits(_ word: UInt32) -> UInt64 {
        var spread = UInt64(word)
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        let nibbles = (spread >> 4 & 0x000F_000F_000F_000F) | (spread & 0x000F_000F_000F_000F) << 8
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }

    /// Four digits as two pairs with a separator behind each.
    @inline(__always)
    private static func spaced(_ digits: UInt64, _ separators: UInt64) -> UInt64 {
        (digits & 0xFFFF) | (digits & 0xFFFF_0000) << 8 | separators
    }
}

import PatchbayCore

extension ByteBuffer {
    /// Appends text from a message up to its first NUL: newlines become spaces, bytes that are no UTF-8 are shown
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
            if byte == 0x0A {
                append(0x20)
                position = special &+ 1
            } else {
                let length = source.utf8Length(special, end)
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

    /// The first byte that is NUL, a newline or not ASCII; eight at a time.
    @inline(__always)
    private static func firstSpecial(_ source: Buffer, _ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position < end {
            let word = UInt64(littleEndian: source.loadUnaligned(at: position, as: UInt64.self))
            let newline = word ^ (ones &* 0x0A)
            let found = (((word &- ones) & ~word) | ((newline &- ones) & ~newline) | word) & highs
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

extension Buffer {
    /// Length of the UTF-8 sequence at `position` (Unicode 15, table 3-7); 0 when there is none that ends before `end`.
    func utf8Length(_ position: Int, _ end: Int) -> Int {
        let first = byte(position)
        if first < 0x80 { return 1 }
        guard first >= 0xC2, first <= 0xF4, end &- position >= 2 else { return 0 }
        let second = byte(position &+ 1)
        let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
        guard second >= lowest, second <= highest else { return 0 }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard end &- position >= length else { return 0 }
        for index in 2..<max(2, length) where byte(position &+ index) & 0xC0 != 0x80 { return 0 }
        return length
    }
}

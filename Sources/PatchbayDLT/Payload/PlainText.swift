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
        append(hexadecimal: source, range, separator: separator)
    }
}

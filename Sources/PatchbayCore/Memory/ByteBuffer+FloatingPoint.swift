extension ByteBuffer {
    /// Appends the shortest decimal text that reads back as the same number: `0.1`, `1e-07`. Uses no memory from the heap.
    ///
    /// Infinities and NaN come out as `inf`, `-inf` and `nan`; who writes a format that knows no such words asks first.
    public mutating func append<Number: BinaryFloatingPoint & TextOutputStreamable>(shortest number: Number) {
        if number.isNaN { return append(literal: "nan") }
        if number.isInfinite {
            if number < 0 { append(literal: "-inf") } else { append(literal: "inf") }
            return
        }
        var digits = FloatingPointDigits()
        number.write(to: &digits)
        append(digits.bytes.span.extracting(first: digits.count))
    }
}

/// Takes the digits of a number without making a `String`, which would be memory from the heap for each long number.
private struct FloatingPointDigits: TextOutputStream {
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    var count = 0

    mutating func write(_ text: String) {
        for byte in text.utf8 { add(byte) }
    }

    // The standard library hands ASCII text over in this way; without it, it would make a String first.
    mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
        for index in buffer.indices { add(unsafe buffer[index]) }
    }

    private mutating func add(_ byte: UInt8) {
        guard count < 32 else { return }
        bytes[count] = byte
        count += 1
    }
}

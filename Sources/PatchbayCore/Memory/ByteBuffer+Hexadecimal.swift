#if arch(wasm32)
    private import CPatchbayBytes
#endif

extension ByteBuffer {
    /// Appends the bytes `range` of `source` as two lower-case hexadecimal digits each, with `separator` between them.
    ///
    /// One load from a table and one store of four bytes per byte: in traces with raw data most of the output is made
    /// here.
    public mutating func append(hexadecimal source: Buffer, _ range: Range<Int>, separator: UInt8? = nil) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.capacity)
        guard !range.isEmpty else { return }
        let width = separator == nil ? 2 : 3
        // The last store goes two bytes too far, in a guest 45.
        reserve(range.count &* width &+ 48)
        let behind = UInt32(separator ?? 0) << 16
        let table = unsafe UnsafeRawPointer(Self.hexadecimalPairs.utf8Start)
        var target = unsafe buffer.base + length
        var first = range.lowerBound
        #if arch(wasm32)
            // Sixteen bytes at a time: in a guest every round of a loop costs a check of its deadline.
            if let separator {
                let start = unsafe (source.base + first).assumingMemoryBound(to: UInt8.self)
                unsafe patchbay_hexadecimal_separated(
                    start, range.count, separator, target.assumingMemoryBound(to: UInt8.self))
                first = range.upperBound
            }
        #endif
        for index in first..<range.upperBound {
            let byte = unsafe source.base.load(fromByteOffset: index, as: UInt8.self)
            let pair = unsafe table.loadUnaligned(fromByteOffset: Int(byte) &* 2, as: UInt16.self)
            let digits = UInt32(UInt16(littleEndian: pair)) | behind
            unsafe target.storeBytes(of: digits.littleEndian, as: UInt32.self)
            unsafe target += width
        }
        length &+= range.count &* width &- (width &- 2)
    }

    /// The two digits of every byte.
    private static var hexadecimalPairs: StaticString {
        """
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f\
        303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
        606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f\
        909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\
        c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef\
        f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
        """
    }
}

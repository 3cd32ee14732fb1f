extension ByteWriter {
    /// Appends the shortest decimal text that reads back as the same number: `0.1`, `1e+300`, `-0.0`, `inf`, `nan`.
    ///
    /// The standard library's algorithm (SwiftDtoa) is linked with it, some 30 KB, in plugins that call this.
    public mutating func append(_ number: Double) {
        var text = number.description
        text.withUTF8 { digits in unsafe append(digits.baseAddress, digits.count) }
    }
}

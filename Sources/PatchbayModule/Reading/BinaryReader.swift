import PatchbayCore

/// A position in the bytes of a module that moves forward and never past `end`.
///
/// Numbers are LEB128 (WebAssembly specification, section 5.2.2): no longer than their type needs, unused bits zero or,
/// for signed ones, copies of the sign.
struct BinaryReader {
    let bytes: Bytes
    private(set) var offset: Int
    let end: Int

    init(_ bytes: Bytes, from offset: Int = 0, to end: Int? = nil) {
        self.bytes = bytes
        self.offset = offset
        self.end = end ?? bytes.count
    }

    var remaining: Int { end - offset }
    var isAtEnd: Bool { offset == end }

    func problem(_ message: String, at place: Int? = nil) -> ModuleError {
        ModuleError(.damaged, message, at: place ?? offset)
    }

    mutating func byte(_ what: String) throws(ModuleError) -> UInt8 {
        guard offset < end else { throw problem("the module ends within \(what)") }
        offset += 1
        return bytes.span[offset - 1]
    }

    mutating func skip(_ count: Int, _ what: String) throws(ModuleError) {
        guard count >= 0, count <= remaining else {
            throw problem("\(what) has \(count) bytes, of which \(remaining) are there")
        }
        offset += count
    }

    /// An unsigned number of 32 bits.
    mutating func number(_ what: String) throws(ModuleError) -> UInt32 {
        UInt32(truncatingIfNeeded: try unsigned(bits: 32, what))
    }

    /// An unsigned number of 64 bits.
    mutating func longNumber(_ what: String) throws(ModuleError) -> UInt64 {
        try unsigned(bits: 64, what)
    }

    private mutating func unsigned(bits: UInt64, _ what: String) throws(ModuleError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte(what)
            let part = UInt64(byte & 0x7F)
            let room = bits - shift
            if room < 7, part >> room != 0 || byte & 0x80 != 0 {
                throw problem("\(what) is a number of more than \(bits) bits", at: start)
            }
            value |= part << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// A signed number of 33 bits: a heap type.
    mutating func signedNumber(_ what: String) throws(ModuleError) -> Int64 {
        let start = offset
        var value: Int64 = 0
        for shift in stride(from: Int64(0), to: 35, by: 7) {
            let byte = try byte(what)
            value |= Int64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                let unused = 64 - (shift + 7)
                return (value << unused) >> unused
            }
        }
        throw problem("\(what) is a number of more than 33 bits", at: start)
    }

    /// How many elements follow. Each takes a byte or more, so that no number can ask for more memory than the file has.
    mutating func count(_ what: String) throws(ModuleError) -> Int {
        let start = offset
        let count = Int(try number("the number of \(what)"))
        guard count <= remaining else {
            throw problem("\(count) \(what) do not fit into the \(remaining) bytes left", at: start)
        }
        return count
    }

    /// A name: its length and UTF-8.
    mutating func name(_ what: String) throws(ModuleError) -> String {
        let length = Int(try number("the length of \(what)"))
        let start = offset
        try skip(length, what)
        let text = bytes.span.extracting(start..<start + length)
        guard let name = String(validating: text) else { throw problem("\(what) is not UTF-8", at: start) }
        return name
    }
}

extension String {
    /// The text of `bytes`; nil when they are not UTF-8.
    fileprivate init?(validating bytes: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: bytes) else { return nil }
        self.init(copying: text)
    }
}

public import PatchbayCore

extension WasmModule {
    /// Reads the file of a module; the error names the byte where it stops being one.
    ///
    /// Takes time and memory in proportion to the file, whatever it holds.
    public init(_ bytes: Bytes) throws(ModuleError) {
        self.init(unread: bytes)
        var reader = BinaryReader(bytes)
        try Self.readHeader(&reader)
        var rank = 0
        while !reader.isAtEnd {
            let (section, next) = try Self.readSection(&reader)
            sections.append(section)
            if section.isCustom { continue }
            guard next > rank else {
                throw ModuleError(.damaged, "the section '\(section.name)' is not in its place", at: section.offset)
            }
            rank = next
            var content = BinaryReader(bytes, from: section.contentOffset, to: section.offset + section.size)
            try read(section, &content)
        }
        guard codeCount ?? 0 == functionTypes.count else {
            throw ModuleError(
                .damaged,
                "\(functionTypes.count) functions are declared, and \(codeCount ?? 0) have code",
                at: bytes.count)
        }
    }

    private static func readHeader(_ reader: inout BinaryReader) throws(ModuleError) {
        for expected in [0x00, 0x61, 0x73, 0x6D] as [UInt8] {
            guard !reader.isAtEnd, try reader.byte("the header") == expected else {
                throw ModuleError(
                    .damaged, "this is no WebAssembly module, which begins with the bytes 00 61 73 6d", at: 0)
            }
        }
        var version: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            version |= UInt32(try reader.byte("the header")) << shift
        }
        if version == 1 { return }
        if version >> 16 == 1 {
            throw ModuleError(
                .unsupported, "this is a WebAssembly component", at: 4, advice: "plugins are core modules")
        }
        throw ModuleError(.unsupported, "version \(version) of the WebAssembly format is not known", at: 4)
    }

    /// The names of the sections and the order in which they have to come.
    private static let kinds: [(identifier: UInt8, name: String)] = [
        (1, "type"), (2, "import"), (3, "function"), (4, "table"), (5, "memory"), (13, "tag"), (6, "global"),
        (7, "export"), (8, "start"), (9, "element"), (12, "data count"), (10, "code"), (11, "data"),
    ]

    private static func readSection(
        _ reader: inout BinaryReader
    ) throws(ModuleError) -> (section: ModuleSection, rank: Int) {
        let start = reader.offset
        let identifier = try reader.byte("the header of a section")
        let length = Int(try reader.number("the length of a section"))
        let content = reader.offset
        try reader.skip(length, "the section")
        let size = reader.offset - start
        if identifier == 0 {
            var inner = BinaryReader(reader.bytes, from: content, to: content + length)
            let name = try inner.name("the name of a custom section")
            return (
                ModuleSection(
                    identifier: 0, name: name, offset: start, size: size, contentOffset: inner.offset), 0
            )
        }
        guard let rank = kinds.firstIndex(where: { $0.identifier == identifier }) else {
            throw ModuleError(.unsupported, "there is no section with the number \(identifier)", at: start)
        }
        return (
            ModuleSection(
                identifier: identifier, name: kinds[rank].name, offset: start, size: size, contentOffset: content),
            rank + 1
        )
    }

    private mutating func read(_ section: ModuleSection, _ reader: inout BinaryReader) throws(ModuleError) {
        switch section.identifier {
        case 1: try readTypes(&reader)
        case 2: for _ in 0..<(try reader.count("imports")) { imports.append(try readImport(&reader)) }
        case 3: for _ in 0..<(try reader.count("functions")) { functionTypes.append(try readFunction(&reader)) }
        case 4:
            tableCount = try reader.count("tables")
            return
        case 5: for _ in 0..<(try reader.count("memories")) { memories.append(try reader.limits("a memory")) }
        case 6:
            globalCount = try reader.count("globals")
            return
        case 7: try readExports(&reader)
        case 8: try readStart(&reader)
        case 10:
            codeCount = try reader.count("functions with code")
            for _ in 0..<(codeCount ?? 0) { try reader.skip(Int(reader.number("a size")), "the code of a function") }
        case 12: _ = try reader.number("the number of data segments")
        case 13: for _ in 0..<(try reader.count("tags")) { try readTag(&reader) }
        default: return
        }
        guard reader.isAtEnd else {
            throw reader.problem("\(reader.remaining) bytes too many in the section '\(section.name)'")
        }
    }
}

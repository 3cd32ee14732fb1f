/// What the file of a shared library says of itself, read without loading it.
///
/// Wasmtime names its version in the symbols that debuggers look for, `set_vmctx_memory_50_0_0`; they are part of the
/// library and so truer than what lies beside it. (The package 50.0.1 carries the library 50.0.0.) Loading a file that is
/// shorter than its headers say would end the process with a bus error, so that is looked at too.
/// The format: System V ABI, chapters 4 and 5 (ELF, 64 bits, little-endian).
struct LibraryFile {
    /// The version of Wasmtime, `50.0.0`.
    let version: String
    /// The linker's build ID in hexadecimal digits; the file's size where it has none.
    let build: String

    /// Reads the file at `path`.
    init(path: String) throws(WasmError) {
        guard let file = OpenFile(path: path) else {
            throw WasmError(
                .library, "\(path) can not be read", cause: SystemFiles.reason(), advice: WasmtimeLibrary.advice)
        }
        let reader = ELFReader(file: file, path: path)
        let segments = try reader.segments()
        guard let version = try reader.dynamicStrings(segments).flatMap(Self.version(in:)) else {
            throw WasmError(.library, "\(path) is not Wasmtime's library", advice: WasmtimeLibrary.advice)
        }
        self.version = version
        build = try reader.buildID(segments) ?? "\(reader.file.size)"
    }

    /// The version in the name of the debuggers' symbol: digits and underscores behind its prefix.
    private static func version(in strings: [UInt8]) -> String? {
        let prefix = Array("set_vmctx_memory_".utf8)
        for name in strings.split(separator: 0) where name.starts(with: prefix) && name.count < 64 {
            let parts = name.dropFirst(prefix.count).split(separator: UInt8(ascii: "_"))
            guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy { 0x30...0x39 ~= $0 } }) else { continue }
            return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
        }
        return nil
    }
}

/// Reads the headers of an ELF file; every number in it is checked before it is used.
private struct ELFReader: ~Copyable {
    struct Segment {
        var kind: UInt32
        var offset: Int
        var address: UInt64
        var size: Int
    }

    let file: OpenFile
    let path: String

    init(file: consuming OpenFile, path: String) {
        self.file = file
        self.path = path
    }

    #if arch(arm64)
        private static let machine: UInt64 = 183
    #else
        private static let machine: UInt64 = 62
    #endif

    private func damaged() -> WasmError {
        WasmError(.library, "\(path) is damaged or cut short", advice: WasmtimeLibrary.advice)
    }

    private func read(_ offset: Int, _ count: Int) throws(WasmError) -> [UInt8] {
        guard let bytes = file.bytes(at: offset, count: count) else { throw damaged() }
        return bytes
    }

    /// The program headers, after the file is known to hold all that they name.
    func segments() throws(WasmError) -> [Segment] {
        guard let header = file.bytes(at: 0, count: 64), header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]),
            header.number(at: 16, bytes: 2) == 3
        else {
            throw WasmError(.library, "\(path) is not a shared library", advice: WasmtimeLibrary.advice)
        }
        guard header.number(at: 18, bytes: 2) == Self.machine else {
            throw WasmError(
                .library, "\(path) is a library for another kind of processor", advice: WasmtimeLibrary.advice)
        }
        guard let start = Int(exactly: header.number(at: 32, bytes: 8)), header.number(at: 54, bytes: 2) == 56,
            let sections = Int(exactly: header.number(at: 40, bytes: 8))
        else { throw damaged() }
        // The section headers end the file: without them it was cut short even where the loader would not notice.
        let sectionBytes = Int(header.number(at: 58, bytes: 2) * header.number(at: 60, bytes: 2))
        guard sections <= file.size, sectionBytes <= file.size - sections else { throw damaged() }

        let count = Int(header.number(at: 56, bytes: 2))
        let table = try read(start, count * 56)
        var segments: [Segment] = []
        for base in stride(from: 0, to: table.count, by: 56) {
            guard let offset = Int(exactly: table.number(at: base + 8, bytes: 8)),
                let size = Int(exactly: table.number(at: base + 32, bytes: 8)),
                offset <= file.size, size <= file.size - offset
            else { throw damaged() }
            segments.append(
                Segment(
                    kind: UInt32(table.number(at: base, bytes: 4)), offset: offset,
                    address: table.number(at: base + 16, bytes: 8), size: size))
        }
        return segments
    }

    /// The names of what the library exports and needs, each ended by a zero; nil if it has none.
    func dynamicStrings(_ segments: [Segment]) throws(WasmError) -> [UInt8]? {
        guard let dynamic = segments.first(where: { $0.kind == 2 }), dynamic.size <= 1 << 16 else { return nil }
        let entries = try read(dynamic.offset, dynamic.size / 16 * 16)
        var address: UInt64?
        var size: Int?
        for base in stride(from: 0, to: entries.count, by: 16) {
            let value = entries.number(at: base + 8, bytes: 8)
            switch entries.number(at: base, bytes: 8) {
            case 5: address = value
            case 10: size = Int(exactly: value)
            default: break
            }
        }
        guard let address, let size, size <= 16 << 20 else { return nil }
        for segment in segments where segment.kind == 1 && address >= segment.address {
            guard let inside = Int(exactly: address - segment.address), inside < segment.size else { continue }
            return try read(segment.offset + inside, size)
        }
        return nil
    }

    /// The linker's build ID in hexadecimal digits.
    func buildID(_ segments: [Segment]) throws(WasmError) -> String? {
        for segment in segments where segment.kind == 4 && segment.size <= 4096 {
            let notes = try read(segment.offset, segment.size)
            var base = 0
            while notes.count - base >= 12 {
                let name = base + 12
                let body = name + (Int(notes.number(at: base, bytes: 4)) + 3) / 4 * 4
                let end = body + Int(notes.number(at: base + 4, bytes: 4))
                guard end <= notes.count else { break }
                if notes.number(at: base + 8, bytes: 4) == 3, notes[name..<body].starts(with: Array("GNU\0".utf8)) {
                    return notes[body..<end].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                }
                base = (end + 3) / 4 * 4
            }
        }
        return nil
    }
}

extension [UInt8] {
    /// The unsigned little-endian number of `bytes` bytes at `offset`, both inside the array.
    fileprivate func number(at offset: Int, bytes: Int) -> UInt64 {
        self[offset..<offset + bytes].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

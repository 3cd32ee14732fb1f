import PatchbayCore

/// A small module that can be a plugin: the exports of the ABI, two imports, memory, data, a custom section.
enum SmallModule {
    static func section(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
        [identifier, UInt8(content.count)] + content
    }

    static func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    static let header: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    static let types = section(
        1, [4, 0x60, 2, 0x7F, 0x7F, 1, 0x7F, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 1, 0x7F, 0, 0x60, 1, 0x7F, 1, 0x7E])
    static let imports = section(
        2, [2] + name("patchbay") + name("clock") + [0, 3] + name("patchbay") + name("granted") + [0, 0])
    static let functions = section(3, [3, 0, 1, 2])
    static let memory = section(5, [1, 1, 2, 16])
    static let exports = section(
        7,
        [4] + name("patchbay_call") + [0, 2] + name("patchbay_allocate") + [0, 3] + name("patchbay_free") + [0, 4]
            + name("memory") + [2, 0])
    static let code = section(10, [3, 4, 0, 0x41, 0, 0x0B, 4, 0, 0x41, 0, 0x0B, 2, 0, 0x0B])
    static let data = section(11, [1, 0, 0x41, 0, 0x0B, 2, 0x68, 0x69])
    static let custom = section(0, name("name") + [1, 2, 3])

    static let bytes = header + types + imports + functions + memory + exports + code + data + custom
}

extension Bytes {
    init(_ bytes: [UInt8]) { self.init(copying: bytes.span) }
    var array: [UInt8] { (0..<count).map { span[$0] } }
}

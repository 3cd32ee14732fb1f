/// Changes a module so that most of what comes out is still valid: instructions become others of the same type, constants
/// and data get other values. Everything in front of the code, and so the manifest, stays as it is.
struct Mutation {
    private var state: UInt64

    init(seed: UInt32) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 11) % UInt64(max(1, limit)))
    }

    /// Changes some bytes of the module.
    mutating func apply(to module: inout MutableSpan<UInt8>) {
        guard module.count > 0 else { return }
        // Now and then any byte: the reader of the file and the validator are to be met as well.
        if below(32) == 0 { return module[below(module.count)] = UInt8(below(256)) }
        let sections = Section.find(module.span)
        guard let code = sections.first(where: { $0.id == Section.code }) else {
            return module[below(module.count)] = UInt8(below(256))
        }
        let data = sections.first { $0.id == Section.data }
        for _ in 0...below(4) {
            if let data, data.content.count > 8, below(4) == 0 {
                // The first bytes say where the data goes.
                let place = data.content.lowerBound + 8 + below(data.content.count - 8)
                module[place] = below(2) == 0 ? module[place] ^ UInt8(1 << below(8)) : UInt8(below(256))
            } else {
                change(&module, in: code.content)
            }
        }
    }

    /// Looks from a random place on for something that can be exchanged.
    private mutating func change(_ module: inout MutableSpan<UInt8>, in code: Range<Int>) {
        let start = code.lowerBound + below(code.count)
        let alsoConstants = below(2) == 0
        for place in start..<max(start, min(start + 64, code.upperBound - 2)) {
            let byte = module[place]
            if alsoConstants, byte == 0x41 || byte == 0x42 {
                // A number in seven bits a byte: whether another byte follows stays.
                let next = module[place + 1]
                module[place + 1] = next & 0x80 | UInt8(below(128))
                return
            }
            if let others = Self.alike.first(where: { $0.contains(byte) }) {
                module[place] = others[below(others.count)]
                return
            }
        }
    }

    /// Opcodes that take and give the same types: calculations, comparisons, and conversions of 32 and 64 bits.
    private static let alike: [[UInt8]] = [
        Array(0x6A...0x78), Array(0x46...0x4F), Array(0x7C...0x8A), Array(0x51...0x5A),
        [0x45, 0x67, 0x68, 0x69, 0xC0, 0xC1], [0x79, 0x7A, 0x7B, 0xC2, 0xC3, 0xC4], [0xAC, 0xAD],
        [0x2C, 0x2D], [0x2E, 0x2F], [0x30, 0x31], [0x32, 0x33], [0x34, 0x35],
    ]
}

/// Where a section of a module lies.
struct Section {
    static let code: UInt8 = 10
    static let data: UInt8 = 11

    let id: UInt8
    let content: Range<Int>

    /// The sections as far as they are in order.
    static func find(_ module: Span<UInt8>) -> [Section] {
        var found: [Section] = []
        var place = 8
        while place < module.count {
            let id = module[place]
            place += 1
            var (size, shift) = (0, 0)
            while place < module.count, shift < 35 {
                let byte = module[place]
                place += 1
                size |= Int(byte & 127) << shift
                shift += 7
                if byte < 128 { break }
            }
            guard size > 0, size <= module.count - place else { return found }
            found.append(Section(id: id, content: place..<place + size))
            place += size
        }
        return found
    }
}

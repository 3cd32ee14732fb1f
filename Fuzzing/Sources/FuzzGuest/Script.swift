/// What an input says: which plugin is played, and what is wrong with its answers.
struct Script {
    /// The role, by number.
    let role: Int
    /// One bit per field type that the plugin's records have.
    let fields: UInt16
    let rows: Int
    /// Bit 0: results stay where they are; 1: no value is missing; 2: values are views of the input; 3: one column is
    /// inherited; 4: the word list has gaps; 5: memory changes while results are read; 6: a refusal.
    let traits: UInt8
    /// All of the above.
    let header: UInt64
    private(set) var patches: [Patch] = []

    /// One change to an answer.
    struct Patch {
        /// Which call of the run it applies to; 15 for all.
        let call: Int
        let kind: Kind
        let offset: Int
        let value: UInt64
        let width: Int
    }

    enum Kind: Int {
        case frame, image, input, anywhere, status, memorySize, allocation, afterwards
    }

    /// The first bytes choose the plugin; every 6 after that are a change.
    init(_ bytes: Span<UInt8>) {
        func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
        role = Int(byte(0) % 9)
        fields = UInt16(byte(1)) | UInt16(byte(2)) << 8
        rows = Int(byte(3) % 24)
        traits = byte(4)
        header =
            UInt64(role) << 56 | UInt64(fields) << 40 | UInt64(rows) << 32 | UInt64(traits)
        for start in stride(from: 5, to: min(bytes.count, 5 + 6 * 24), by: 6) {
            let chosen = byte(start + 3)
            let raw = UInt64(byte(start + 4)) | UInt64(byte(start + 5)) << 8
            patches.append(
                Patch(
                    call: Int(byte(start) & 15), kind: Kind(rawValue: Int(byte(start) >> 4 & 7)) ?? .frame,
                    offset: Int(byte(start + 1)) | Int(byte(start + 2)) << 8,
                    value: Self.value(Int(chosen & 31), raw), width: [8, 4, 1, 8][Int(chosen >> 6)]))
        }
    }

    func has(_ trait: Int) -> Bool { traits >> UInt8(trait) & 1 != 0 }

    /// Numbers at the edges of what is checked, then any.
    private static func value(_ chosen: Int, _ raw: UInt64) -> UInt64 {
        let edges: [UInt64] = [
            0, 1, .max, .max - 3, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 62, 1 << 63,
            UInt64(FakeGuest.size), UInt64(FakeGuest.size) - 1, UInt64(FakeGuest.size) - 64, 255, 1 << 24, 1 << 27,
        ]
        if chosen < edges.count { return edges[chosen] &+ (raw > 0xFF00 ? raw &- 0x1_0000 : 0) }
        return chosen < 24 ? raw : UInt64(FakeGuest.imageStart) &+ raw
    }
}

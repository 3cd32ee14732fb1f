import PatchbayCore

/// The type info word in front of an argument (AUTOSAR DLT protocol, type info field).
public struct TypeInfo: Sendable, Equatable, BitwiseCopyable {
    /// The 32 bits.
    public var bits: UInt32

    /// From the 32 bits as transmitted, in the byte order of this machine.
    @inlinable
    public init(bits: UInt32) { self.bits = bits }

    /// A signed number of `size` bytes (1, 2, 4, 8 or 16).
    public static func signed(bytes size: Int) -> Self { Self(bits: 0x20 | length(size)) }
    /// An unsigned number of `size` bytes (1, 2, 4, 8 or 16).
    public static func unsigned(bytes size: Int) -> Self { Self(bits: 0x40 | length(size)) }
    /// A floating-point number of `size` bytes (2, 4, 8 or 16).
    public static func float(bytes size: Int) -> Self { Self(bits: 0x80 | length(size)) }
    /// A truth value in one byte.
    public static var bool: Self { Self(bits: 0x11) }
    /// Text with a 16-bit length in front.
    public static var text: Self { Self(bits: 0x8200) }
    /// Bytes with a 16-bit length in front.
    public static var raw: Self { Self(bits: 0x400) }

    private static func length(_ size: Int) -> UInt32 {
        switch size {
        case 1: 1
        case 2: 2
        case 4: 3
        case 8: 4
        case 16: 5
        default: 0
        }
    }

    /// Size of a number in bytes; 0 when the length bits hold no known size.
    @inlinable
    @inline(__always)
    var size: Int {
        let code = bits & 15
        return code == 0 || code > 5 ? 0 : 1 << Int(code &- 1)
    }

    @inlinable var isBool: Bool { bits & 0x10 != 0 }
    @inlinable var isSigned: Bool { bits & 0x20 != 0 }
    @inlinable var isInteger: Bool { bits & 0x60 != 0 }
    @inlinable var isFloat: Bool { bits & 0x80 != 0 }
    @inlinable var isArray: Bool { bits & 0x100 != 0 }
    @inlinable var isText: Bool { bits & 0x200 != 0 }
    @inlinable var isRaw: Bool { bits & 0x400 != 0 }
    @inlinable var hasVariableInfo: Bool { bits & 0x800 != 0 }
    @inlinable var hasFixedPoint: Bool { bits & 0x1000 != 0 }
    @inlinable var isTraceInfo: Bool { bits & 0x2000 != 0 }
    @inlinable var isStructure: Bool { bits & 0x4000 != 0 }
    /// 0 ASCII, 1 UTF-8, 2 shown in hexadecimal, 3 shown in binary.
    @inlinable var coding: UInt32 { (bits >> 15) & 7 }
}

extension TypeInfo {
    /// The type that `arguments` calls `name`: `bool`, `uint8` to `uint128`, `sint8` to `sint128`, `float16` to
    /// `float128`, `string` or `raw`; nil for any other name.
    public init?(name: String) {
        let bytes = Bytes(name)
        let name = bytes.span
        if name.equals("bool") {
            self = .bool
        } else if name.equals("string") {
            self = .text
        } else if name.equals("raw") {
            self = .raw
        } else if let size = Self.size(name, after: "uint") {
            self = .unsigned(bytes: size)
        } else if let size = Self.size(name, after: "sint") {
            self = .signed(bytes: size)
        } else if let size = Self.size(name, after: "float"), size > 1 {
            self = .float(bytes: size)
        } else {
            return nil
        }
    }

    /// Size in bytes of the number of bits behind `prefix`.
    private static func size(_ name: Span<UInt8>, after prefix: StaticString) -> Int? {
        let length = prefix.utf8CodeUnitCount
        guard name.count > length, name.extracting(first: length).equals(prefix) else { return nil }
        let bits = name.extracting(droppingFirst: length)
        if bits.equals("8") { return 1 }
        if bits.equals("16") { return 2 }
        if bits.equals("32") { return 4 }
        if bits.equals("64") { return 8 }
        return bits.equals("128") ? 16 : nil
    }
}

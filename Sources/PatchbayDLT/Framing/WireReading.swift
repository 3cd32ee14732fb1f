import PatchbayCore

// Numbers at any place of a buffer. Offsets are checked by the buffer: reading past its padding traps, so callers
// compare with the end of the input first.
extension Buffer {
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { loadUnaligned(at: offset, as: UInt8.self) }

    @inline(__always)
    func little32(_ offset: Int) -> UInt32 { UInt32(littleEndian: loadUnaligned(at: offset, as: UInt32.self)) }

    @inline(__always)
    func big16(_ offset: Int) -> UInt16 { UInt16(bigEndian: loadUnaligned(at: offset, as: UInt16.self)) }

    @inline(__always)
    func big32(_ offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(at: offset, as: UInt32.self)) }

    @inline(__always)
    func number16(_ offset: Int, bigEndian: Bool) -> UInt16 {
        let value = UInt16(littleEndian: loadUnaligned(at: offset, as: UInt16.self))
        return bigEndian ? value.byteSwapped : value
    }

    @inline(__always)
    func number32(_ offset: Int, bigEndian: Bool) -> UInt32 {
        let value = little32(offset)
        return bigEndian ? value.byteSwapped : value
    }

    @inline(__always)
    func number64(_ offset: Int, bigEndian: Bool) -> UInt64 {
        let value = UInt64(littleEndian: loadUnaligned(at: offset, as: UInt64.self))
        return bigEndian ? value.byteSwapped : value
    }
}

/// The four bytes in front of messages, as little-endian numbers.
enum Pattern {
    /// `DLT` 0x01: storage header.
    static let storage: UInt32 = 0x0154_4C44
    /// `DLS` 0x01: serial header.
    static let serial: UInt32 = 0x0153_4C44
    /// `DLT` 0x02: storage header of protocol version 2.
    static let storage2: UInt32 = 0x0254_4C44
}

/// Bits of the HTYP byte.
enum HeaderType {
    static let extended: UInt8 = 0x01
    static let bigEndian: UInt8 = 0x02
    static let ecu: UInt8 = 0x04
    static let session: UInt8 = 0x08
    static let timestamp: UInt8 = 0x10

    /// Size of standard and extended header.
    @inline(__always)
    static func size(_ htyp: UInt8) -> Int {
        let optional = Int((htyp >> 2) & 1) &+ Int((htyp >> 3) & 1) &+ Int((htyp >> 4) & 1)
        return 4 &+ optional &* 4 &+ Int(htyp & 1) &* 10
    }

    /// The protocol version, 1 in practice.
    @inline(__always)
    static func version(_ htyp: UInt8) -> UInt8 { htyp >> 5 }
}

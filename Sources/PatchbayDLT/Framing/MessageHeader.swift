import PatchbayCore

/// Where the parts of one message lie in the buffer. Small and plain, so that a chunk's messages fit the cache.
struct MessageHeader: BitwiseCopyable {
    /// First byte of the record: storage or serial header, or the standard header.
    var start: Int32
    /// First byte of the standard header (version 2: of the base header).
    var standard: Int32
    /// First byte of the payload.
    var payload: Int32
    /// Behind the last byte.
    var end: Int32
    /// HTYP. For version 2 the bits that mean the same are set.
    var htyp: UInt8
    /// MSIN, 0 without an extended header.
    var info: MessageInfo
    /// Number of arguments, 0 without an extended header.
    var argumentCount: UInt8
    var flags: UInt8
    /// Place in the table of descriptions; -1 without one.
    var description: Int32 = -1

    /// The record begins with a storage header.
    static let hasStorage: UInt8 = 1
    /// Protocol version 2.
    static let isVersion2: UInt8 = 2
    /// `info` comes from a description.
    static let hasInfo: UInt8 = 4

    @inline(__always) var hasStorage: Bool { flags & Self.hasStorage != 0 }
    @inline(__always) var isVersion2: Bool { flags & Self.isVersion2 != 0 }
    @inline(__always) var hasExtended: Bool { htyp & HeaderType.extended != 0 }
    /// Whether type and subtype are known.
    @inline(__always) var hasInfo: Bool { hasExtended || flags & Self.hasInfo != 0 }
    @inline(__always) var isBigEndian: Bool { htyp & HeaderType.bigEndian != 0 }
    @inline(__always) var isVerbose: Bool { info.isVerbose }
    @inline(__always) var isControl: Bool { hasExtended && info.isControl && !info.isVerbose }
    @inline(__always) var payloadRange: Range<Int> { Int(payload)..<Int(max(payload, end)) }

    init(
        start: Int32, standard: Int32, payload: Int32, end: Int32, htyp: UInt8, info: MessageInfo,
        argumentCount: UInt8, flags: UInt8
    ) {
        self.start = start
        self.standard = standard
        self.payload = payload
        self.end = end
        self.htyp = htyp
        self.info = info
        self.argumentCount = argumentCount
        self.flags = flags
    }

    /// The values of a non-verbose message: the payload behind the message id, which version 2 has in its header.
    var valuesRange: Range<Int> {
        let payload = payloadRange
        return isVersion2 ? payload : min(payload.lowerBound &+ 4, payload.upperBound)..<payload.upperBound
    }

    /// The version 1 message whose standard header is at `standard`; its headers lie inside the input.
    @inline(__always)
    init(version1 buffer: Buffer, start: Int, standard: Int, end: Int, htyp: UInt8, flags: UInt8) {
        let payload = standard &+ HeaderType.size(htyp)
        self.start = Int32(truncatingIfNeeded: start)
        self.standard = Int32(truncatingIfNeeded: standard)
        self.payload = Int32(truncatingIfNeeded: payload)
        self.end = Int32(truncatingIfNeeded: end)
        self.htyp = htyp
        self.flags = flags
        if htyp & HeaderType.extended != 0 {
            info = MessageInfo(byte: buffer.byte(payload &- 10))
            argumentCount = buffer.byte(payload &- 9)
        } else {
            info = MessageInfo(byte: 0)
            argumentCount = 0
        }
    }
}

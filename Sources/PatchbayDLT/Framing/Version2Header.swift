import PatchbayCore

/// The headers of a protocol version 2 message behind its storage header (AUTOSAR FO R22-11).
///
/// The document says big endian throughout; recorded messages are little endian in everything but the seconds. So the
/// byte order is taken from where the version bits stand.
struct Version2Header {
    enum Outcome {
        case header(Version2Header)
        case incomplete
        case invalid
    }

    /// Optional parts as the HTYP2 bits announce them.
    enum Bits {
        static let content: UInt32 = 0x03
        static let ecu: UInt32 = 0x04
        static let identifiers: UInt32 = 0x08
        static let session: UInt32 = 0x10
        static let location: UInt32 = 0x100
        static let tags: UInt32 = 0x200
        static let privacy: UInt32 = 0x400
        static let segmentation: UInt32 = 0x800
    }

    var type: UInt32 = 0
    var isBigEndian = false
    var start = 0
    var standard = 0
    var payload = 0
    var end = 0
    var counter: UInt8 = 0
    var info = MessageInfo(byte: 0)
    var argumentCount: UInt8 = 0
    /// The ECU id of the storage header.
    var storageECU = 0..<0
    var ecu = 0..<0
    var application = 0..<0
    var context = 0..<0
    var session: UInt32 = 0
    var seconds: UInt64 = 0
    var nanoseconds: UInt32 = 0
    var messageID: UInt32 = 0

    /// 0 verbose, 1 non-verbose, 2 control.
    var content: UInt32 { type & Bits.content }
    var hasTimestamp: Bool { content != 2 }

    /// Reads the headers at `position`, where the storage header's pattern stands.
    static func read(_ buffer: Buffer, _ position: Int, _ end: Int) -> Outcome {
        var header = Version2Header()
        header.start = position
        guard end &- position >= 14 else { return .incomplete }
        let storageSize = Int(buffer.byte(position &+ 13))
        header.storageECU = position &+ 14..<position &+ 14 &+ storageSize
        header.standard = header.storageECU.upperBound
        guard end &- header.standard >= 7 else { return .incomplete }
        let little = buffer.little32(header.standard)
        if little & 0xFFFF_F0E0 == 0x40 {
            header.type = little
        } else if little.byteSwapped & 0xFFFF_F0E0 == 0x40 {
            header.type = little.byteSwapped
            header.isBigEndian = true
        } else {
            return .invalid
        }
        header.counter = buffer.byte(header.standard &+ 4)
        let length = Int(buffer.number16(header.standard &+ 5, bigEndian: header.isBigEndian))
        header.end = header.standard &+ length
        guard length >= 7, header.content != 3 else { return .invalid }
        guard header.end <= end else { return .incomplete }
        return header.readOptional(buffer) ? .header(header) : .invalid
    }

    /// Everything behind the length; false when it does not fit into the message.
    private mutating func readOptional(_ buffer: Buffer) -> Bool {
        var at = standard &+ 7
        func fits(_ size: Int) -> Bool { size <= end &- at }
        func text() -> Range<Int>? {
            guard fits(1) else { return nil }
            let size = Int(buffer.byte(at))
            at &+= 1
            guard fits(size) else { return nil }
            at &+= size
            return at &- size..<at
        }
        if content != 1 {
            guard fits(2) else { return false }
            info = MessageInfo(byte: buffer.byte(at))
            argumentCount = buffer.byte(at &+ 1)
            at &+= 2
        }
        if hasTimestamp {
            guard fits(9) else { return false }
            nanoseconds = buffer.number32(at, bigEndian: isBigEndian)
            seconds = Self.seconds(buffer, at &+ 4)
            at &+= 9
        }
        if content == 1 {
            guard fits(4) else { return false }
            messageID = buffer.number32(at, bigEndian: isBigEndian)
            at &+= 4
        }
        if type & Bits.ecu != 0 {
            guard let range = text() else { return false }
            ecu = range
        }
        if type & Bits.identifiers != 0 {
            guard let first = text(), let second = text() else { return false }
            application = first
            context = second
        }
        if type & Bits.session != 0 {
            guard fits(4) else { return false }
            session = buffer.number32(at, bigEndian: isBigEndian)
            at &+= 4
        }
        if type & Bits.location != 0 {
            guard text() != nil, fits(4) else { return false }
            at &+= 4
        }
        if type & Bits.tags != 0 {
            guard fits(1) else { return false }
            let count = buffer.byte(at)
            at &+= 1
            for _ in 0..<count where text() == nil { return false }
        }
        if type & Bits.privacy != 0 {
            guard fits(1) else { return false }
            at &+= 1
        }
        if type & Bits.segmentation != 0 {
            guard let size = segmentation(buffer, at) else { return false }
            at &+= size
        }
        payload = at
        return true
    }

    /// Size of the segmentation part: u8 length of what follows.
    private func segmentation(_ buffer: Buffer, _ at: Int) -> Int? {
        guard at < end else { return nil }
        let size = 1 &+ Int(buffer.byte(at))
        return size <= end &- at ? size : nil
    }

    /// Five bytes, always big endian.
    static func seconds(_ buffer: Buffer, _ at: Int) -> UInt64 {
        UInt64(buffer.byte(at)) << 32 | UInt64(buffer.big32(at &+ 1))
    }

    /// The plain header that the fields are made from.
    var message: MessageHeader {
        var htyp: UInt8 = 0
        if content != 1 { htyp |= HeaderType.extended }
        if isBigEndian { htyp |= HeaderType.bigEndian }
        return MessageHeader(
            start: Int32(truncatingIfNeeded: start), standard: Int32(truncatingIfNeeded: standard),
            payload: Int32(truncatingIfNeeded: payload), end: Int32(truncatingIfNeeded: end), htyp: htyp, info: info,
            argumentCount: argumentCount, flags: MessageHeader.hasStorage | MessageHeader.isVersion2)
    }
}

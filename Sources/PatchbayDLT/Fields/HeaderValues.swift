import PatchbayCore

// Values of the header fields, read from the buffer when a column asks for them.
extension MessageHeader {
    /// Storage time in nanoseconds since the epoch.
    @inline(__always)
    func time(_ buffer: Buffer) -> Int64? {
        guard hasStorage else { return nil }
        guard !isVersion2 else { return version2Time(buffer) }
        let seconds = Int64(buffer.little32(Int(start) &+ 4))
        let microseconds = Int64(Int32(bitPattern: buffer.little32(Int(start) &+ 8)))
        return seconds &* 1_000_000_000 &+ microseconds &* 1000
    }

    /// Uptime in ticks of 0.1 ms.
    @inline(__always)
    func timestamp(_ buffer: Buffer) -> Int64? {
        guard !isVersion2 else { return version2Timestamp(buffer) }
        guard htyp & HeaderType.timestamp != 0 else { return nil }
        let before = Int((htyp >> 2) & 1) &+ Int((htyp >> 3) & 1)
        return Int64(buffer.big32(Int(standard) &+ 4 &+ before &* 4))
    }

    /// Session id.
    @inline(__always)
    func session(_ buffer: Buffer) -> Int64? {
        guard !isVersion2 else { return version2(buffer).flatMap { $0.type & 0x10 != 0 ? Int64($0.session) : nil } }
        guard htyp & HeaderType.session != 0 else { return nil }
        return Int64(buffer.big32(Int(standard) &+ 4 &+ Int((htyp >> 2) & 1) &* 4))
    }

    /// Message counter.
    @inline(__always)
    func counter(_ buffer: Buffer) -> Int64 { Int64(buffer.byte(Int(standard) &+ (isVersion2 ? 4 : 1))) }

    /// Where the four bytes of the ECU id stand in a version 1 message.
    @inline(__always)
    var ecuPosition: Int? {
        if htyp & HeaderType.ecu != 0 { return Int(standard) &+ 4 }
        return hasStorage ? Int(start) &+ 12 : nil
    }

    /// Id of a non-verbose message.
    func messageID(_ buffer: Buffer) -> Int64? {
        guard !isVerbose, !isControl else { return nil }
        if isVersion2 { return version2(buffer).map { Int64($0.messageID) } }
        guard Int(end) &- Int(payload) >= 4 else { return nil }
        return Int64(buffer.number32(Int(payload), bigEndian: isBigEndian))
    }

    /// The version 2 headers, read once more: they are rare and have no fixed places.
    @inline(never)
    func version2(_ buffer: Buffer) -> Version2Header? {
        if case .header(let header) = Version2Header.read(buffer, Int(start), Int(end)) { return header }
        return nil
    }

    @inline(never)
    private func version2Time(_ buffer: Buffer) -> Int64? {
        let seconds = Int64(Version2Header.seconds(buffer, Int(start) &+ 4))
        let big = buffer.big32(Int(start) &+ 9)
        let nanoseconds = big < 1_000_000_000 ? big : big.byteSwapped
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : whole.addingReportingOverflow(Int64(nanoseconds)).partialValue
    }

    @inline(never)
    private func version2Timestamp(_ buffer: Buffer) -> Int64? {
        guard let header = version2(buffer), header.hasTimestamp else { return nil }
        return Int64(header.seconds) &* 10_000 &+ Int64(header.nanoseconds) / 100_000
    }
}

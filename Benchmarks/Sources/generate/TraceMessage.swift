/// A recorded DLT message, and where the parts of it lie that differ from copy to copy.
struct TraceMessage {
    /// Storage header (16 bytes) and message.
    let bytes: [UInt8]
    /// Offset of the uptime, if it has one.
    let uptime: Int?
    /// Offset of application and context id, if it has them.
    let identifiers: Int?
    /// Offsets of digits in the first text.
    let digits: [Int]

    private static let storage: [UInt8] = [0x44, 0x4C, 0x54, 0x01]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let type = bytes[16]
        var at = 20
        if type & 0x04 != 0 { at += 4 }
        if type & 0x08 != 0 { at += 4 }
        uptime = type & 0x10 != 0 ? at : nil
        if type & 0x10 != 0 { at += 4 }
        identifiers = type & 0x01 != 0 ? at + 2 : nil
        var payload = at
        if type & 0x01 != 0 { payload += 10 }
        let isVerbose = type & 0x01 != 0 && bytes[at] & 1 != 0
        // A verbose payload that begins with a little-endian text: type info, length, characters.
        if isVerbose, payload + 6 < bytes.count, bytes[payload + 1] & 0x02 != 0 {
            let length = Int(bytes[payload + 4]) | Int(bytes[payload + 5]) << 8
            let text = payload + 6..<min(payload + 6 + length, bytes.count)
            digits = text.filter { (48...57).contains(bytes[$0]) }.suffix(6)
        } else {
            digits = []
        }
    }

    /// The different messages of a trace with storage headers.
    static func all(in trace: [UInt8]) -> [TraceMessage] {
        var found: [TraceMessage] = []
        var seen: Set<[UInt8]> = []
        var at = 0
        while at + 20 <= trace.count, trace[at..<at + 4].elementsEqual(storage) {
            let end = at + 16 + Int(trace[at + 18]) << 8 + Int(trace[at + 19])
            guard end <= trace.count else { break }
            let message = TraceMessage(Array(trace[at..<end]))
            if seen.insert(Array(message.bytes[(message.identifiers ?? 20)...].prefix(96))).inserted {
                found.append(message)
            }
            at = end
        }
        return found
    }

    /// A copy with another time, counter and number.
    func copy(seconds: UInt32, microseconds: UInt32, uptime ticks: UInt32, counter: UInt8, number: Int) -> [UInt8] {
        var copy = bytes
        for byte in 0..<4 {
            copy[4 + byte] = UInt8(truncatingIfNeeded: seconds >> UInt32(byte * 8))
            copy[8 + byte] = UInt8(truncatingIfNeeded: microseconds >> UInt32(byte * 8))
            if let uptime { copy[uptime + byte] = UInt8(truncatingIfNeeded: ticks >> UInt32(24 - byte * 8)) }
        }
        copy[17] = counter
        var rest = number
        for place in digits {
            copy[place] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        return copy
    }
}

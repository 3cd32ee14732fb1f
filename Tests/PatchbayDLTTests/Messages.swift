/// Makes messages for tests.
enum Messages {
    /// A storage header, 1700000000.000005 s.
    static let storage: [UInt8] = [0x44, 0x4C, 0x54, 1, 0x00, 0xF1, 0x53, 0x65, 5, 0, 0, 0] + Array("STOR".utf8)

    /// A verbose or other message with ECU id, timestamp and extended header.
    static func bare(
        _ payload: [UInt8], info: UInt8 = 0x41, arguments: UInt8 = 1, kind: UInt8 = 0x35, lengthError: Int = 0
    ) -> [UInt8] {
        var body: [UInt8] = []
        if kind & 4 != 0 { body += Array("ECU1".utf8) }
        if kind & 8 != 0 { body += [0, 0, 0, 77] }
        if kind & 16 != 0 { body += [0, 0, 3, 0xE8] }
        if kind & 1 != 0 { body += [info, arguments] + Array("APPICTX1".utf8) }
        body += payload
        let length = body.count + 4 + lengthError
        return [kind, 0, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)] + body
    }

    /// A message as in a file that logs `text`.
    static func stored(_ text: String, lengthError: Int = 0) -> [UInt8] {
        storage + bare(argument(text), lengthError: lengthError)
    }

    /// A text argument.
    static func argument(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8) + [0]
        return [0, 2, 0, 0, UInt8(bytes.count & 255), UInt8(bytes.count >> 8)] + bytes
    }

    /// A message of a serial line.
    static func serial(_ text: String) -> [UInt8] { [0x44, 0x4C, 0x53, 1] + bare(argument(text)) }

    /// A number of four bytes, lowest first.
    static func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
}

extension Reading {
    var payloads: [String] { rows.map { $0["payload"] ?? "" } }
}

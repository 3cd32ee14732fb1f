import PatchbayCore

/// Says what is wrong with a message that became a record all the same.
struct DamageText {
    let buffer: Buffer

    /// Appends the findings, separated by semicolons; false when there are none.
    func append(_ message: MessageHeader, to output: inout ByteBuffer) -> Bool {
        let mark = output.count
        if !message.isVersion2 { appendHeader(message, from: mark, to: &output) }
        if message.isVerbose { appendArguments(message, from: mark, to: &output) }
        return output.count > mark
    }

    private func separate(from mark: Int, _ output: inout ByteBuffer) {
        if output.count > mark { output.append(literal: "; ") }
    }

    private func appendHeader(_ message: MessageHeader, from mark: Int, to output: inout ByteBuffer) {
        let version = HeaderType.version(message.htyp)
        if version != 1 {
            output.append(literal: "protocol version ")
            output.append(decimal: UInt64(version))
        }
        let announced = Int(buffer.big16(Int(message.standard) &+ 2))
        let actual = Int(message.end &- message.standard)
        if announced != actual {
            separate(from: mark, &output)
            output.append(literal: "length field says ")
            output.append(decimal: UInt64(announced))
            output.append(literal: " bytes, the message has ")
            output.append(decimal: UInt64(max(0, actual)))
        }
        if message.hasStorage, buffer.little32(Int(message.start) &+ 8) >= 1_000_000 {
            separate(from: mark, &output)
            output.append(literal: "microseconds of the storage time out of range")
        }
    }

    private func appendArguments(_ message: MessageHeader, from mark: Int, to output: inout ByteBuffer) {
        var reader = ArgumentReader(buffer, message.payloadRange, isBigEndian: message.isBigEndian)
        for index in 0..<Int(message.argumentCount) where !reader.skip(1) {
            separate(from: mark, &output)
            output.append(literal: "argument ")
            output.append(decimal: UInt64(index + 1))
            output.append(literal: ": ")
            output.append(literal: (reader.fault ?? .tooDeep).text)
            return
        }
        guard reader.position < reader.end else { return }
        separate(from: mark, &output)
        output.append(decimal: UInt64(reader.end &- reader.position))
        output.append(literal: " bytes behind the last argument")
    }
}

import PatchbayCore

extension PayloadText {
    /// The described parts, or the message id and the bytes behind it.
    func appendNonVerbose(_ message: MessageHeader, to output: inout ByteBuffer) {
        if let description = descriptions.description(of: message) {
            return append(description, message, to: &output)
        }
        output.append(decimal: message.messageID(buffer) ?? 0)
        output.append(literal: ", ")
        let payload = message.payloadRange
        let values = payload.count < 4 ? payload : message.valuesRange
        output.appendHex(buffer, values, separator: 0x20)
    }

    /// Texts and values with spaces between them. What the description does not cover follows in angle brackets.
    private func append(_ description: MessageDescription, _ message: MessageHeader, to output: inout ByteBuffer) {
        var reader = ArgumentReader(buffer, message.valuesRange, isBigEndian: message.isBigEndian)
        let start = output.count
        for part in description.parts {
            if output.count > start { output.append(0x20) }
            switch part {
            case .text(let text):
                output.appendText(text.buffer, text.offset..<text.offset + text.count)
            case .value(let type, _, _):
                guard let argument = reader.value(type) else {
                    return appendRest(reader.position..<reader.end, to: &output)
                }
                append(argument, isBigEndian: reader.isBigEndian, to: &output)
            }
        }
        guard reader.position < reader.end else { return }
        if output.count > start { output.append(0x20) }
        appendRest(reader.position..<reader.end, to: &output)
    }
}

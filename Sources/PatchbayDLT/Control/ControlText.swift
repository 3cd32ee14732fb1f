import PatchbayCore

extension PayloadText {
    /// Service, status of a response, body in hexadecimal.
    func appendControl(_ message: MessageHeader, to output: inout ByteBuffer) {
        let payload = message.payloadRange
        let hasService = payload.count >= 4
        let service = hasService ? buffer.number32(payload.lowerBound, bigEndian: message.isBigEndian) : 0
        if let name = ControlService.commonName(service) {
            output.append(literal: name)
        } else if message.info.subtype != ControlService.time {
            output.append(literal: "service(")
            output.append(decimal: UInt64(service))
            output.append(UInt8(ascii: ")"))
        }
        guard hasService, payload.count > 4 else { return }
        var body = payload.lowerBound &+ 4
        output.append(literal: ", ")
        if message.info.subtype == ControlService.response {
            let status = buffer.byte(body)
            if let name = ControlService.statusName(status) {
                output.append(literal: name)
            } else {
                output.append(hexadecimal: UInt64(status), width: 2)
            }
            body &+= 1
            guard body < payload.upperBound else { return }
            output.append(literal: ", ")
        }
        output.appendHex(buffer, body..<payload.upperBound, separator: 0x20)
    }
}

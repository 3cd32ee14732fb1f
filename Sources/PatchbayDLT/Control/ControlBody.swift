import PatchbayCore

/// Reads the body of a control message and writes it as text or JSON.
struct ControlBody {
    let buffer: Buffer
    let message: MessageHeader
    let isBigEndian: Bool
    let end: Int
    /// The service id, nil when the payload is too short for one.
    let service: UInt32?
    /// The status of a response.
    let status: UInt8?
    /// What follows.
    let fields: Int

    init(_ buffer: Buffer, _ message: MessageHeader) {
        self.buffer = buffer
        self.message = message
        isBigEndian = message.isBigEndian
        let payload = message.payloadRange
        end = payload.upperBound
        let hasService = payload.count >= 4
        service = hasService ? buffer.number32(payload.lowerBound, bigEndian: message.isBigEndian) : nil
        let hasStatus = payload.count >= 5 && message.info.subtype == ControlService.response
        status = hasStatus ? buffer.byte(payload.lowerBound &+ 4) : nil
        fields = payload.lowerBound &+ (hasService ? 4 : 0) &+ (hasStatus ? 1 : 0)
    }

    private var layout: [ControlField] {
        guard let service else { return [] }
        if let status { return ControlLayout.response(service, status: status) }
        return message.info.subtype == ControlService.request ? ControlLayout.request(service) : []
    }

    /// `service, status, name=value name=value`, then in angle brackets what is left.
    func appendText(to output: inout ByteBuffer) {
        guard let service else { return }
        appendName(service, to: &output)
        if let status {
            output.append(literal: ", ")
            append(status: status, to: &output)
        }
        write(.text, to: &output)
    }

    /// An array with one object per value: service, status, then the fields.
    func appendJSON(to output: inout ByteBuffer) {
        output.append(UInt8(ascii: "["))
        if let service {
            output.append(literal: "{\"name\":\"service\",\"value\":\"")
            appendName(service, to: &output)
            output.append(literal: "\"}")
        }
        if let status {
            output.append(literal: ",{\"name\":\"status\",\"value\":\"")
            append(status: status, to: &output)
            output.append(literal: "\"}")
        }
        write(.json, to: &output)
        output.append(UInt8(ascii: "]"))
    }

    /// Appends the service's name or number; false when this is no control message.
    func appendService(to output: inout ByteBuffer) -> Bool {
        guard message.isControl, let service else { return false }
        appendName(service, to: &output)
        return true
    }

    private func appendName(_ service: UInt32, to output: inout ByteBuffer) {
        if let name = ControlService.name(service) {
            output.append(literal: name)
            if service < 0xFFF { return }
        } else {
            output.append(literal: "service")
        }
        output.append(UInt8(ascii: "("))
        output.append(decimal: UInt64(service))
        output.append(UInt8(ascii: ")"))
    }

    private func append(status: UInt8, to output: inout ByteBuffer) {
        if let name = ControlService.statusName(status) {
            output.append(literal: name)
        } else if service == 3, (3...7).contains(status) {
            output.append(literal: "ok")
        } else if service == 3, status == 9 {
            output.append(literal: "overflow")
        } else {
            output.append(decimal: UInt64(status))
        }
    }

    /// Writes the fields, and in hexadecimal what they leave over.
    private func write(_ style: ControlWriter.Style, to output: inout ByteBuffer) {
        var writer = ControlWriter(buffer, fields..<max(fields, end), isBigEndian: isBigEndian, style: style)
        for field in layout {
            guard writer.write(field, status: status ?? 0, to: &output) else { break }
        }
        writer.finish(to: &output)
    }
}

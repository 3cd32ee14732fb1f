import PatchbayCore

/// Writes the fields of a control message one after the other, as `name=value` or as JSON objects.
struct ControlWriter {
    enum Style { case text, json }

    let buffer: Buffer
    var position: Int
    let end: Int
    let isBigEndian: Bool
    let style: Style

    init(_ buffer: Buffer, _ body: Range<Int>, isBigEndian: Bool, style: Style) {
        self.buffer = buffer
        position = body.lowerBound
        end = body.upperBound
        self.isBigEndian = isBigEndian
        self.style = style
    }

    /// Whether `size` more bytes are there.
    func has(_ size: Int) -> Bool { size <= end &- position }

    /// Writes one field; false when the body ends before it does.
    mutating func write(_ field: ControlField, status: UInt8, to output: inout ByteBuffer) -> Bool {
        switch field.kind {
        case .logInfo: return writeLogInfo(status, to: &output)
        case .interface:
            guard has(4) else { return false }
            // An id of NULs says nothing.
            guard buffer.byte(position) != 0 else {
                position &+= 4
                return true
            }
        default: break
        }
        let mark = output.count
        open(field.name, to: &output)
        guard writeValue(field.kind, to: &output) else {
            output.truncate(to: mark)
            return false
        }
        if style == .json { output.append(UInt8(ascii: "}")) }
        return true
    }

    /// Writes what no field covered.
    func finish(to output: inout ByteBuffer) {
        guard position < end else { return }
        switch style {
        case .text:
            output.append(literal: ", <")
            output.appendHex(buffer, position..<end, separator: 0x20)
            output.append(UInt8(ascii: ">"))
        case .json:
            open("rest", to: &output)
            output.appendJSONHex(buffer, position..<end)
            output.append(UInt8(ascii: "}"))
        }
    }

    private func open(_ name: StaticString, to output: inout ByteBuffer) {
        switch style {
        case .text:
            output.append(literal: ", ")
            output.append(literal: name)
            output.append(UInt8(ascii: "="))
        case .json:
            output.appendJSONComma()
            output.append(literal: "{\"name\":\"")
            output.append(literal: name)
            output.append(literal: "\",\"value\":")
        }
    }

    private mutating func writeValue(_ kind: ControlField.Kind, to output: inout ByteBuffer) -> Bool {
        switch kind {
        case .uint8, .sint8, .level, .onOff, .connection:
            guard has(1) else { return false }
            let byte = buffer.byte(position)
            position &+= 1
            write(byte, kind, to: &output)
        case .uint32, .sint32:
            guard has(4) else { return false }
            let number = buffer.number32(position, bigEndian: isBigEndian)
            position &+= 4
            output.append(decimal: kind == .sint32 ? Int64(Int32(bitPattern: number)) : Int64(number))
        case .identifier, .interface:
            guard has(4) else { return false }
            writeText(position..<position &+ 4, to: &output)
            position &+= 4
        case .text, .bytes:
            guard has(4) else { return false }
            guard let size = Int(exactly: buffer.number32(position, bigEndian: isBigEndian)),
                size <= end &- position &- 4
            else { return false }
            let range = position &+ 4..<position &+ 4 &+ size
            position = range.upperBound
            if kind == .text { writeText(range, to: &output) } else { writeHex(range, to: &output) }
        case .logInfo:
            return false
        }
        return true
    }

    private func write(_ byte: UInt8, _ kind: ControlField.Kind, to output: inout ByteBuffer) {
        let word: StaticString? =
            switch (kind, byte) {
            case (.level, _): Self.level(byte)
            case (.onOff, 0): "off"
            case (.onOff, 1): "on"
            case (.onOff, 0xFF): "default"
            case (.connection, 1): "disconnected"
            case (.connection, 2): "connected"
            default: nil
            }
        guard let word else {
            return output.append(decimal: kind == .uint8 ? Int64(byte) : Int64(Int8(bitPattern: byte)))
        }
        if style == .json { output.append(UInt8(ascii: "\"")) }
        output.append(literal: word)
        if style == .json { output.append(UInt8(ascii: "\"")) }
    }

    static func level(_ byte: UInt8) -> StaticString? {
        switch byte {
        case 0: "off"
        case 1: "fatal"
        case 2: "error"
        case 3: "warn"
        case 4: "info"
        case 5: "debug"
        case 6: "verbose"
        case 0xFF: "default"
        default: nil
        }
    }

    func writeText(_ range: Range<Int>, to output: inout ByteBuffer) {
        switch style {
        case .text: output.appendText(buffer, range)
        case .json: output.appendJSONText(buffer, range)
        }
    }

    private func writeHex(_ range: Range<Int>, to output: inout ByteBuffer) {
        switch style {
        case .text: output.appendHex(buffer, range, separator: UInt8(ascii: "'"))
        case .json: output.appendJSONHex(buffer, range)
        }
    }

    /// Writes a level or trace status on its own.
    func writeWord(_ byte: UInt8, _ kind: ControlField.Kind, to output: inout ByteBuffer) {
        write(byte, kind, to: &output)
    }
}

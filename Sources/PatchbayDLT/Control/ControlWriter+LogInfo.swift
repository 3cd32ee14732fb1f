import PatchbayCore

// The answer to get_log_info: u16 applications of { id, u16 contexts of { id, level, trace, description }, description }.
// Status 3 has ids only, 4 levels, 5 trace statuses, 6 both, 7 descriptions too.
extension ControlWriter {
    mutating func writeLogInfo(_ status: UInt8, to output: inout ByteBuffer) -> Bool {
        guard let applications = number16() else { return false }
        if style == .json {
            output.appendJSONComma()
            output.append(literal: "{\"name\":\"applications\",\"value\":[")
        } else {
            output.append(UInt8(ascii: ","))
        }
        var isWhole = true
        for _ in 0..<applications where isWhole { isWhole = writeApplication(status, to: &output) }
        if style == .json { output.append(literal: "]}") }
        return isWhole
    }

    private mutating func writeApplication(_ status: UInt8, to output: inout ByteBuffer) -> Bool {
        guard has(6) else { return false }
        openEntry("apid", to: &output)
        guard let contexts = number16() else { return false }
        if style == .json {
            output.appendJSONKey("contexts")
            output.append(UInt8(ascii: "["))
        } else {
            output.append(UInt8(ascii: "("))
        }
        var isWhole = true
        for index in 0..<contexts where isWhole {
            if style == .text, index > 0 { output.append(UInt8(ascii: ",")) }
            isWhole = writeContext(status, to: &output)
        }
        output.append(style == .json ? UInt8(ascii: "]") : UInt8(ascii: ")"))
        if isWhole, status == 7 { isWhole = writeDescription(to: &output) }
        if style == .json { output.append(UInt8(ascii: "}")) }
        return isWhole
    }

    private mutating func writeContext(_ status: UInt8, to output: inout ByteBuffer) -> Bool {
        let hasLevel = status == 4 || status >= 6
        let hasTrace = status >= 5
        guard has(4 &+ (hasLevel ? 1 : 0) &+ (hasTrace ? 1 : 0)) else { return false }
        openEntry("ctid", to: &output)
        if hasLevel { writeByte("level", .level, to: &output) }
        if hasTrace { writeByte("trace", .onOff, to: &output) }
        let isWhole = status == 7 ? writeDescription(to: &output) : true
        if style == .json { output.append(UInt8(ascii: "}")) }
        return isWhole
    }

    /// Begins an application or context with its id.
    private mutating func openEntry(_ key: StaticString, to output: inout ByteBuffer) {
        if style == .json {
            output.appendJSONComma()
            output.append(UInt8(ascii: "{"))
            output.appendJSONKey(key)
        } else if output.count > 0, output.span[output.count - 1] != UInt8(ascii: "(") {
            output.append(0x20)
        }
        writeText(position..<position &+ 4, to: &output)
        position &+= 4
    }

    private mutating func writeByte(_ key: StaticString, _ kind: ControlField.Kind, to output: inout ByteBuffer) {
        if style == .json {
            output.appendJSONKey(key)
        } else {
            output.append(0x20)
            output.append(literal: key)
            output.append(UInt8(ascii: "="))
        }
        writeWord(buffer.byte(position), kind, to: &output)
        position &+= 1
    }

    private mutating func writeDescription(to output: inout ByteBuffer) -> Bool {
        guard let size = number16(), has(size) else { return false }
        let range = position..<position &+ size
        position = range.upperBound
        guard size > 0 else { return true }
        if style == .json {
            output.appendJSONKey("description")
            writeText(range, to: &output)
        } else {
            output.append(literal: " '")
            writeText(range, to: &output)
            output.append(UInt8(ascii: "'"))
        }
        return true
    }

    private mutating func number16() -> Int? {
        guard has(2) else { return nil }
        let value = buffer.number16(position, bigEndian: isBigEndian)
        position &+= 2
        return Int(value)
    }
}

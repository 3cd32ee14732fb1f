import PatchbayCore

/// Writes the arguments of a message as a JSON array of objects with `type`, `value`, and where known `name` and `unit`.
struct ArgumentsJSON {
    let buffer: Buffer
    let descriptions: DescriptionTable

    /// Appends the array; false for a message that has no known arguments.
    func append(_ message: MessageHeader, to output: inout ByteBuffer) -> Bool {
        if message.isVerbose {
            var reader = ArgumentReader(buffer, message.payloadRange, isBigEndian: message.isBigEndian)
            output.append(UInt8(ascii: "["))
            var trace: NetworkTrace?
            if message.info.type == 2 {
                var first = reader
                trace = first.next().map { NetworkTrace(buffer, $0) }
            }
            _ = append(Int(message.argumentCount), &reader, depth: 0, trace, to: &output)
            output.append(UInt8(ascii: "]"))
            return true
        }
        if message.isControl {
            ControlBody(buffer, message).appendJSON(to: &output)
            return true
        }
        return appendDescribed(message, to: &output)
    }

    private func appendDescribed(_ message: MessageHeader, to output: inout ByteBuffer) -> Bool {
        guard let description = descriptions.description(of: message) else { return false }
        var reader = ArgumentReader(buffer, message.valuesRange, isBigEndian: message.isBigEndian)
        output.append(UInt8(ascii: "["))
        for part in description.parts {
            guard case .value(let type, let name, let unit) = part else { continue }
            let start = reader.position
            guard let argument = reader.value(type) else {
                appendFault(reader, from: start, to: &output)
                break
            }
            open(argument, isBigEndian: reader.isBigEndian, to: &output)
            if let name { appendKnown("name", name, to: &output) }
            if let unit { appendKnown("unit", unit, to: &output) }
            appendValue(argument, isBigEndian: reader.isBigEndian, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        return true
    }

    private func appendKnown(_ key: StaticString, _ text: Bytes, to output: inout ByteBuffer) {
        output.appendJSONKey(key)
        output.appendJSONText(text.buffer, text.offset..<text.offset + text.count)
    }

    /// Writes `count` arguments; false after one that cannot be read.
    private func append(
        _ count: Int, _ reader: inout ArgumentReader, depth: Int, _ trace: NetworkTrace?, to output: inout ByteBuffer
    ) -> Bool {
        for index in 0..<count {
            let start = reader.position
            guard let argument = reader.next(), argument.kind != .structure || depth < ArgumentReader.maximumDepth
            else {
                appendFault(reader, from: start, to: &output)
                return false
            }
            open(argument, isBigEndian: reader.isBigEndian, to: &output)
            if argument.nameSize == 0, let name = trace?.name(index) {
                output.appendJSONKey("name")
                output.append(UInt8(ascii: "\""))
                output.append(literal: name)
                output.append(UInt8(ascii: "\""))
            }
            appendName("name", argument.name, argument.nameSize, to: &output)
            appendName("unit", argument.unit, argument.unitSize, to: &output)
            var isWhole = reader.fault == nil
            if argument.kind == .structure {
                output.appendJSONKey("value")
                output.append(UInt8(ascii: "["))
                isWhole = append(argument.count, &reader, depth: depth + 1, nil, to: &output)
                output.append(UInt8(ascii: "]"))
            } else {
                appendValue(argument, isBigEndian: reader.isBigEndian, to: &output)
            }
            output.append(UInt8(ascii: "}"))
            if !isWhole { return false }
        }
        return true
    }

    private func open(_ argument: Argument, isBigEndian: Bool, to output: inout ByteBuffer) {
        output.appendJSONComma()
        output.append(literal: "{\"type\":\"")
        output.append(literal: argument.kind.name)
        switch argument.kind {
        case .signed, .unsigned, .float: output.append(decimal: Int64(argument.size &* 8))
        default: break
        }
        output.append(UInt8(ascii: "\""))
        guard argument.dimensionCount > 0 else { return }
        output.appendJSONKey("dimensions")
        output.append(UInt8(ascii: "["))
        for index in 0..<argument.dimensionCount {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            let extent = buffer.number16(argument.dimensions &+ index &* 2, bigEndian: isBigEndian)
            output.append(decimal: UInt64(extent))
        }
        output.append(UInt8(ascii: "]"))
    }

    private func appendName(_ key: StaticString, _ start: Int, _ size: Int, to output: inout ByteBuffer) {
        guard size > 0, buffer.byte(start) != 0 else { return }
        output.appendJSONKey(key)
        output.appendJSONText(buffer, start..<start &+ size)
    }

    /// What could not be read: why, and its bytes.
    private func appendFault(_ reader: ArgumentReader, from start: Int, to output: inout ByteBuffer) {
        output.appendJSONComma()
        output.append(literal: "{\"error\":\"")
        output.append(literal: (reader.fault ?? .tooDeep).text)
        output.append(UInt8(ascii: "\""))
        output.appendJSONKey("bytes")
        output.appendJSONHex(buffer, start..<reader.end)
        output.append(UInt8(ascii: "}"))
    }

    private func appendValue(_ argument: Argument, isBigEndian: Bool, to output: inout ByteBuffer) {
        let range = argument.value..<argument.value &+ argument.size
        if argument.type.hasFixedPoint, argument.kind == .signed || argument.kind == .unsigned {
            appendFixedPoint(argument, isBigEndian: isBigEndian, to: &output)
        }
        output.appendJSONKey("value")
        switch argument.kind {
        case .text, .traceInfo: output.appendJSONText(buffer, range)
        case .raw: output.appendJSONHex(buffer, range)
        case .structure: output.append(literal: "null")
        case .bool, .signed, .unsigned, .float:
            guard argument.type.isArray else {
                return append(number: argument, at: argument.value, isBigEndian: isBigEndian, to: &output)
            }
            output.append(UInt8(ascii: "["))
            for index in 0..<argument.count {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                let position = argument.value &+ index &* argument.size
                append(number: argument, at: position, isBigEndian: isBigEndian, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        }
    }
}

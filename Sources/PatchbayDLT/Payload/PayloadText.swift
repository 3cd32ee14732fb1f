import PatchbayCore

/// Writes payloads as text, the way `dlt-convert -a` does between its brackets.
struct PayloadText {
    let buffer: Buffer
    let control: DLTOptions.ControlText
    let descriptions: DescriptionTable

    /// Appends the text of one message.
    func append(_ message: MessageHeader, to output: inout ByteBuffer) {
        if message.isVerbose {
            var reader = ArgumentReader(buffer, message.payloadRange, isBigEndian: message.isBigEndian)
            _ = arguments(Int(message.argumentCount), &reader, depth: 0, to: &output)
        } else if message.isControl {
            switch control {
            case .hex: appendControl(message, to: &output)
            case .decoded: ControlBody(buffer, message).appendText(to: &output)
            }
        } else {
            appendNonVerbose(message, to: &output)
        }
    }

    /// Writes `count` arguments with spaces between them. After one that cannot be read the rest follows in
    /// hexadecimal in angle brackets; false then.
    private func arguments(
        _ count: Int, _ reader: inout ArgumentReader, depth: Int, to output: inout ByteBuffer
    ) -> Bool {
        for index in 0..<count {
            if index > 0 { output.append(0x20) }
            let start = reader.position
            guard let argument = reader.next() else {
                appendRest(start..<reader.end, to: &output)
                return false
            }
            guard argument.kind == .structure else {
                append(argument, isBigEndian: reader.isBigEndian, to: &output)
                if reader.fault != nil { return false }
                continue
            }
            guard depth < ArgumentReader.maximumDepth else {
                appendRest(start..<reader.end, to: &output)
                return false
            }
            output.append(UInt8(ascii: "{"))
            let isWhole = arguments(argument.count, &reader, depth: depth + 1, to: &output)
            output.append(UInt8(ascii: "}"))
            if !isWhole { return false }
        }
        return true
    }

    /// Writes what could not be read.
    func appendRest(_ range: Range<Int>, to output: inout ByteBuffer) {
        guard !range.isEmpty else { return }
        output.append(UInt8(ascii: "<"))
        output.appendHex(buffer, range, separator: 0x20)
        output.append(UInt8(ascii: ">"))
    }

    /// Writes one value, or the values of an array in brackets.
    func append(_ argument: Argument, isBigEndian: Bool, to output: inout ByteBuffer) {
        let range = argument.value..<argument.value &+ argument.size
        switch argument.kind {
        case .text, .traceInfo:
            output.appendText(buffer, range)
        case .raw:
            output.appendHex(buffer, range, separator: UInt8(ascii: "'"))
        case .structure:
            return
        case .bool, .signed, .unsigned, .float:
            guard argument.type.isArray else {
                return append(number: argument, at: argument.value, isBigEndian: isBigEndian, to: &output)
            }
            output.append(UInt8(ascii: "["))
            for index in 0..<argument.count {
                if index > 0 { output.append(0x20) }
                let position = argument.value &+ index &* argument.size
                append(number: argument, at: position, isBigEndian: isBigEndian, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        }
    }
}

import PatchbayGuest

/// Makes one record of each line: the parser `lines` of the program, in a module.
struct TextLines: ParserPlugin {
    static var made: MadeFields { .fields().written(as: "{value}", suffix: "\n") }
    static var splits: Bool { true }

    private static let newline = UInt8(ascii: "\n")
    private let trimsCarriageReturn: Bool

    init(_ options: Options) throws(PluginFailure) { trimsCarriageReturn = options.bool("trim_cr") }

    func parse(_ input: inout ParserInput, into output: Output) throws(PluginFailure) {
        if input.continuesDiscarded { skipDiscarded(&input) }
        while !output.isFull {
            let rest = input.bytes
            let newline = rest.firstIndex(of: Self.newline)
            guard newline != nil || input.isLast && rest.count > 0 else { return }
            let length = newline ?? rest.count
            let isTrimmed = trimsCarriageReturn && length > 0 && rest[length - 1] == UInt8(ascii: "\r")
            output.set("value", rest.extracting(0..<(isTrimmed ? length - 1 : length)))
            output.emit()
            input.consume(newline == nil ? length : length + 1)
        }
    }

    /// Reports the rest of a line whose beginning was thrown away because it was too large.
    private func skipDiscarded(_ input: inout ParserInput) {
        let newline = input.bytes.firstIndex(of: Self.newline)
        input.isStillDiscarding = newline == nil && !input.isLast
        input.skip(newline.map { $0 + 1 } ?? input.bytes.count, .tooLarge)
    }

    func boundary(_ input: inout ParserInput) {
        let bytes = input.bytes
        var end = bytes.count
        if !input.isLast {
            while end > 0, bytes[end - 1] != Self.newline { end -= 1 }
        }
        if end == 0, input.continuesDiscarded {
            end = bytes.count
            input.isStillDiscarding = true
        }
        input.consume(end)
    }

    /// Text without control characters may be lines; every other parser that knows its format is surer.
    static func recognizes(_ bytes: Span<UInt8>) -> Int {
        for index in bytes.indices {
            switch bytes[index] {
            case 0x09, 0x0A, 0x0D, 0x1B: continue
            case ..<0x20, 0x7F: return 0
            default: continue
            }
        }
        return bytes.isEmpty ? 0 : 5
    }
}

export(TextLines.self)

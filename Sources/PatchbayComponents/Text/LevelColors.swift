import PatchbayCore

/// How text for a terminal differs from text for a file.
struct TextStyle: Sendable {
    /// Lines have the colour of their level.
    var isColored = false
    /// Control characters are shown, not sent.
    var escapesControl = false
}

/// Terminal colours by the words of a level column.
struct LevelColors {
    private let column: Column

    /// Colours by `column`; nil when it is no text.
    init?(_ column: Column) {
        guard column.type.isText else { return nil }
        self.column = column
    }

    /// Begins the colour of a row; false when it has none.
    func begin(_ row: Int, in output: inout ByteBuffer) -> Bool {
        guard column.isValid(row) else { return false }
        var level = column.bytes(row)
        if column.type == .json, level.count >= 2 { level = level.extracting(1..<(level.count - 1)) }
        // The words of DLT, syslog and the common loggers; the first letter and the length tell them apart.
        switch level.isEmpty ? 0 : level[0] | 0x20 {
        case UInt8(ascii: "f"), UInt8(ascii: "e"), UInt8(ascii: "c"): output.append(literal: "\u{1B}[31m")
        case UInt8(ascii: "w"): output.append(literal: "\u{1B}[33m")
        case UInt8(ascii: "d"), UInt8(ascii: "v"), UInt8(ascii: "t"): output.append(literal: "\u{1B}[2m")
        default: return false
        }
        return true
    }
}

import PatchbayCore
import PatchbayPlugin

extension ByteBuffer {
    /// Appends the text that the inside of a JSON string stands for; an escape that is not valid is appended as it is.
    mutating func append(unescapingJSON string: Span<UInt8>) {
        var at = 0
        var from = 0
        while at < string.count {
            guard string[at] == UInt8(ascii: "\\"), at + 1 < string.count else {
                at += 1
                continue
            }
            append(string.extracting(from..<at))
            at += appendEscape(string, at: at)
            from = at
        }
        append(string.extracting(from..<string.count))
    }

    /// Appends what the escape at `at` stands for and returns its length.
    private mutating func appendEscape(_ string: Span<UInt8>, at: Int) -> Int {
        let letter = string[at + 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): append(letter)
        case UInt8(ascii: "b"): append(0x08)
        case UInt8(ascii: "f"): append(0x0C)
        case UInt8(ascii: "n"): append(0x0A)
        case UInt8(ascii: "r"): append(0x0D)
        case UInt8(ascii: "t"): append(0x09)
        case UInt8(ascii: "u"): return appendUnicodeEscape(string, at: at)
        default:
            append(UInt8(ascii: "\\"))
            append(letter)
        }
        return 2
    }

    private mutating func appendUnicodeEscape(_ string: Span<UInt8>, at: Int) -> Int {
        guard let first = Self.unit(string, at: at) else {
            append(UInt8(ascii: "\\"))
            append(UInt8(ascii: "u"))
            return 2
        }
        if first & 0xFC00 == 0xD800, let second = Self.unit(string, at: at + 6), second & 0xFC00 == 0xDC00 {
            append(scalar: 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
            return 12
        }
        append(scalar: first & 0xF800 == 0xD800 ? 0xFFFD : first)
        return 6
    }

    /// The number of the escape `\uXXXX` at `at`.
    private static func unit(_ string: Span<UInt8>, at: Int) -> UInt32? {
        guard at + 6 <= string.count, string[at] == UInt8(ascii: "\\"), string[at + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for index in (at + 2)..<(at + 6) {
            switch string[index] {
            case let digit where (48...57).contains(digit): unit = unit << 4 | UInt32(digit - 48)
            case let digit where (65...70).contains(digit): unit = unit << 4 | UInt32(digit - 55)
            case let digit where (97...102).contains(digit): unit = unit << 4 | UInt32(digit - 87)
            default: return nil
            }
        }
        return unit
    }

    /// Appends a Unicode scalar as UTF-8.
    private mutating func append(scalar: UInt32) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift & 0x3F)) }
        switch scalar {
        case ..<0x80: append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
            append(tail(0))
        case ..<0x10000:
            append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            append(tail(6))
            append(tail(0))
        default:
            append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
            append(tail(12))
            append(tail(6))
            append(tail(0))
        }
    }

    /// Appends one row of a map column as a JSON object.
    mutating func append(jsonMap rows: borrowing RowReader, _ column: Int, _ row: Int) {
        append(UInt8(ascii: "{"))
        var isFirst = true
        appendMembers(of: rows, column, row, isFirst: &isFirst)
        append(UInt8(ascii: "}"))
    }

    /// Appends the entries of one row of a map column as members of a JSON object, each but the first after a comma.
    mutating func appendMembers(of rows: borrowing RowReader, _ column: Int, _ row: Int, isFirst: inout Bool) {
        let keys = rows.keys(column)
        let values = rows.values(column)
        let isJSON = rows.type(column) == .map(json: true)
        for entry in rows.entries(column, row) {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            append(jsonString: rows.bytes(keys, entry))
            append(UInt8(ascii: ":"))
            if !rows.isValid(values, entry) {
                append(literal: "null")
            } else if isJSON {
                rows.append(values, entry, to: &self)
            } else {
                append(jsonString: rows.bytes(values, entry))
            }
        }
    }
}

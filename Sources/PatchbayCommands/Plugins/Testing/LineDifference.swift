import Patchbay

/// Where two texts differ, for people: the lines between what they have in common at beginning and end.
struct LineDifference {
    let expected: [UInt8]
    let actual: [UInt8]
    private static let shownLines = 12
    private static let shownColumns = 200

    /// Lines with `-` (expected) and `+` (what came), some lines before them as they are.
    var text: String {
        if Self.isBinary(expected) || Self.isBinary(actual) { return binary }
        let old = Self.lines(expected)
        let new = Self.lines(actual)
        let common = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(common).reversed(), new.dropFirst(common).reversed()).prefix { $0 == $1 }.count
        let gone = old.dropFirst(common).dropLast(tail)
        let came = new.dropFirst(common).dropLast(tail)
        if gone.isEmpty, came.isEmpty { return "  they differ in the end of the last line\n" }
        // Of long lines the part is shown in which they begin to differ.
        let same = zip(gone.first ?? "", came.first ?? "").prefix { $0 == $1 }.count
        let start = same > Self.shownColumns / 2 ? same - Self.shownColumns / 4 : 0
        var text = common > 0 ? "  line \(common + 1):\n    \(Self.shown(old[common - 1], from: start))\n" : ""
        text += Self.list("-", gone, from: start) + Self.list("+", came, from: start)
        return text
    }

    private var binary: String {
        let place = zip(expected, actual).prefix { $0 == $1 }.count
        func byte(_ bytes: [UInt8]) -> String {
            place < bytes.count ? "0x\(String(bytes[place], radix: 16))" : "the end"
        }
        return
            "  byte \(place): expected \(byte(expected)) of \(expected.count) bytes, got \(byte(actual)) of \(actual.count)\n"
    }

    private static func list(_ mark: String, _ lines: ArraySlice<String>, from start: Int) -> String {
        var text = lines.prefix(shownLines).map { "  \(mark) \(shown($0, from: start))\n" }.joined()
        if lines.count > shownLines { text += "  \(mark) ... and \(lines.count - shownLines) more lines\n" }
        return text
    }

    private static func shown(_ line: String, from start: Int) -> String {
        let rest = line.dropFirst(start)
        return "\(start > 0 ? "..." : "")\(rest.prefix(shownColumns))\(rest.count > shownColumns ? "..." : "")"
    }

    private static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.contains(0) }

    /// The lines of a text, repaired where it is not UTF-8.
    static func lines(_ bytes: [UInt8]) -> [String] {
        if bytes.isEmpty { return [] }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.dropLast(bytes.last == 0x0A ? 1 : 0).map { String(decoding: $0, as: UTF8.self) }
    }
}

public import PatchbayCore
public import PatchbayPlugin

/// The text of a configuration file, with its lines: what the parser reads and what diagnostics show.
public struct SourceText: Sendable {
    /// The largest file that is read, in bytes.
    public static let sizeLimit = 1 << 20

    /// The file's path as the user wrote it, or a name such as `command line`.
    public let file: String
    /// The content, without a byte order mark.
    public let bytes: Bytes
    /// Where each line starts. Lines end where YAML says so: also after U+0085, U+2028 and U+2029.
    private let lineStarts: [Int]

    /// The text `bytes`, which need not be valid in any way.
    public init(file: String, bytes: Bytes) {
        let span = bytes.span
        let hasMark = span.count >= 3 && span[0] == 0xEF && span[1] == 0xBB && span[2] == 0xBF
        let text = hasMark ? Bytes(bytes.buffer, at: bytes.offset + 3, count: bytes.count - 3) : bytes
        self.file = file
        self.bytes = text
        lineStarts = text.count > Self.sizeLimit ? [0] : Self.lineStarts(text.span)
    }

    /// The text `text`.
    public init(file: String, _ text: String) { self.init(file: file, bytes: Bytes(text)) }

    /// A place in this text.
    func position(line: Int, column: Int) -> ConfigPosition {
        ConfigPosition(file: file, line: line, column: column)
    }

    /// A line without its end, repaired where it is not UTF-8; nil when there is none. Lines count from 1.
    public func line(_ number: Int) -> String? {
        guard number >= 1, number <= lineStarts.count else { return nil }
        let start = lineStarts[number - 1]
        let end = number < lineStarts.count ? lineStarts[number] : bytes.count
        let text = String(decoding: bytes.span.extracting(start..<end))
        let last = text.unicodeScalars.lastIndex { !Self.isBreak($0) }
        return last.map { String(text.unicodeScalars[...$0]) } ?? ""
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    private static func lineStarts(_ bytes: Span<UInt8>) -> [Int] {
        var starts = [0]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            let afterNext = index + 2 < bytes.count ? bytes[index + 2] : 0
            switch byte {
            case 0x0D: index += next == 0x0A ? 2 : 1
            case 0x0A: index += 1
            case 0xC2 where next == 0x85: index += 2
            case 0xE2 where next == 0x80 && (afterNext == 0xA8 || afterNext == 0xA9): index += 3
            default:
                index += 1
                continue
            }
            starts.append(index)
        }
        return starts
    }
}

extension SourceText {
    /// Why this cannot be YAML at all: too large, not UTF-8, or characters that YAML does not allow; else nil.
    public var problem: Diagnostic? {
        if bytes.count > Self.sizeLimit {
            return Diagnostic(
                "the file has \(bytes.count) bytes; a configuration may have \(Self.sizeLimit)",
                at: position(line: 0, column: 0)
            )
        }
        let span = bytes.span
        if span.count >= 2, (span[0] == 0xFF && span[1] == 0xFE) || (span[0] == 0xFE && span[1] == 0xFF) {
            return Diagnostic("the file is in UTF-16", at: position(line: 1, column: 1), advice: "save it as UTF-8")
        }
        // libyaml compares every %TAG with all before it, within one call: a file full of them would take minutes.
        if let line = directiveLines().dropFirst(Self.directiveLimit).first {
            return Diagnostic(
                "more than \(Self.directiveLimit) lines begin with '%'",
                at: position(line: line, column: 1),
                advice: "such lines are directives of YAML, of which a configuration needs none"
            )
        }
        var line = 0
        while line < lineStarts.count {
            let end = line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count
            if let found = problem(line: line + 1, from: lineStarts[line], to: end) { return found }
            line += 1
        }
        return nil
    }

    private static let directiveLimit = 16

    /// The numbers of the lines that begin with `%`.
    private func directiveLines() -> [Int] {
        let span = bytes.span
        return lineStarts.indices.filter { index in
            let start = lineStarts[index]
            return start < span.count && span[start] == UInt8(ascii: "%")
        }.map { $0 + 1 }
    }

    private func problem(line: Int, from start: Int, to end: Int) -> Diagnostic? {
        var iterator = ByteIterator(bytes: bytes, index: start, end: end)
        var decoder = Unicode.UTF8.ForwardParser()
        var column = 1
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if !Self.isAllowed(scalar) {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    return Diagnostic(
                        "the character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) is not allowed",
                        at: position(line: line, column: column),
                        advice: "write it as an escape such as \"\\x1b\" in double quotes"
                    )
                }
                column += 1
            case .error:
                return Diagnostic(
                    "the file is not valid UTF-8 from here on",
                    at: position(line: line, column: column),
                    advice: "save it as UTF-8"
                )
            case .emptyInput: return nil
            }
        }
    }

    /// The printable characters of YAML 1.2, section 5.1.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x10_FFFF:
            true
        default: false
        }
    }

    private struct ByteIterator: IteratorProtocol {
        let bytes: Bytes
        var index: Int
        let end: Int

        mutating func next() -> UInt8? {
            guard index < end else { return nil }
            index += 1
            return bytes.span[index - 1]
        }
    }
}

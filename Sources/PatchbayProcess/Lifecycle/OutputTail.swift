internal import PatchbayCore
internal import PatchbayPlugin

/// The last lines that a program wrote, for error messages: at most 40 lines and 16 KB.
struct OutputTail {
    static let lineLimit = 40
    static let sizeLimit = 16 << 10
    private var lines: [String] = []
    private var size = 0

    mutating func append(_ line: String) {
        guard !line.isEmpty else { return }
        lines.append(line)
        size += line.utf8.count
        var dropped = 0
        while lines.count - dropped > Self.lineLimit || size > Self.sizeLimit, dropped < lines.count - 1 {
            size -= lines[dropped].utf8.count
            dropped += 1
        }
        lines.removeFirst(dropped)
    }

    /// The lines with line feeds between; nil without any.
    var text: String? { lines.isEmpty ? nil : lines.joined(separator: "\n") }
}

/// Text that came from a program, made fit for logs and terminals.
enum OutputText {
    /// Most bytes of a plain line, and of message, name and value of a log record.
    static let limits = (line: 1024, message: 4096, name: 64, value: 1024)

    /// One line without control characters, shortened.
    static func clean(_ bytes: Span<UInt8>, limit: Int) -> String {
        let kept = min(bytes.count, limit)
        return clean(String(decoding: bytes.extracting(0..<kept)), omitted: bytes.count - kept)
    }

    /// One line without control characters, shortened.
    static func clean(_ text: String, limit: Int) -> String {
        guard text.utf8.count > limit else { return clean(text, omitted: 0) }
        return clean(String(decoding: text.utf8.prefix(limit), as: UTF8.self), omitted: text.utf8.count - limit)
    }

    private static func clean(_ text: String, omitted: Int) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            if scalar.isShowable {
                shown.unicodeScalars.append(scalar)
            } else if scalar == "\t" {
                shown += " "
            } else if scalar != "\r" {
                shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return omitted > 0 ? shown + "... (\(omitted) bytes more)" : shown
    }
}

internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// The lines of an answer. Empty ones are passed over.
struct JSONLines {
    private let text: Bytes
    private var at = 0
    private var number = 0

    init(_ text: Bytes) { self.text = text }

    /// The next line; nil after the last.
    mutating func next() -> JSONScanner? {
        let text = text
        let span = text.span
        while at < span.count {
            let start = at
            while at < span.count, span[at] != 0x0A { at += 1 }
            let line = Bytes(text.buffer, at: text.offset + start, count: at - start)
            at += 1
            number += 1
            var scanner = JSONScanner(line)
            if !scanner.isAtEnd { return scanner }
        }
        return nil
    }

    /// Throws when something follows the value of a line.
    func end(_ line: inout JSONScanner) throws(PluginError) {
        guard line.isAtEnd else { throw wrong("something follows the value") }
    }

    /// What is wrong with the line that was taken last.
    func wrong(_ what: String) -> PluginError { PluginError(.invalidResult, "line \(number): \(what)") }

    /// `error` with the number of the line.
    func located(_ error: PluginError) -> PluginError {
        var error = error
        error.message = "line \(number): \(error.message)"
        return error
    }

    /// A line that is no record.
    enum Control {
        /// A record was refused, for this reason.
        case error(String)
        /// Bytes became no record.
        case region(SkippedRegion)
    }

    /// Takes `{"$error": …}` or `{"$region": …}`, if it is next.
    static func control(_ line: inout JSONScanner) throws(PluginError) -> Control? {
        var ahead = line
        guard ahead.take(UInt8(ascii: "{")), ahead.next == UInt8(ascii: "\"") else { return nil }
        let (key, _) = try ahead.string()
        let text = line.text
        let isError = text.span.extracting(key).equals("$error")
        guard isError || text.span.extracting(key).equals("$region") else { return nil }
        try ahead.require(UInt8(ascii: ":"))
        let value = try ahead.value()
        try ahead.require(UInt8(ascii: "}"))
        line = ahead
        let tree = try read(Bytes(text.buffer, at: text.offset + value.lowerBound, count: value.count))
        if isError {
            let message = tree.string.map { String($0.prefix(4096)) } ?? ""
            return .error(message.isEmpty ? "the plugin refused it" : message)
        }
        guard case .integer(let position) = tree["position"]?.content, position >= 0,
            case .integer(let length) = tree["length"]?.content, length > 0, position <= Int64.max - length,
            let reason = tree["reason"]?.string, AnswerParts.isReason(reason)
        else { throw PluginError(.invalidResult, "a region has 'position', 'length' and 'reason'") }
        return .region(
            SkippedRegion(position: UInt64(position), length: UInt64(length), reason: SkipReason(reason)))
    }

    private static func read(_ text: Bytes) throws(PluginError) -> ConfigNode {
        do throws(PluginError) {
            return try JSONReader.read(text, file: "the answer", sizeLimit: 1 << 20)
        } catch {
            throw PluginError(.invalidResult, error.message)
        }
    }
}

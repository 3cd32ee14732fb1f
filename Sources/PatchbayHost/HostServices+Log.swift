internal import PatchbayCore
public import PatchbayPlugin

/// A line that is being put together.
struct PendingLine {
    var level = LogLine.Level.info
    var message = ""
    var fields: [LogLine.Field] = []
    var isOpen = false
}

extension HostServices {
    /// Bytes of a line, of a field's name and of its value that are kept.
    static let textLimits = (message: 4096, name: 64, value: 1024)
    /// Fields of a line that are kept.
    package static let fieldLimit = 32

    /// Begins a line. False when it is over the permitted rate: then it is counted, and its fields need not be read.
    ///
    /// Text that is no UTF-8 is repaired, control characters are written as escapes, long text is cut. An unknown level
    /// counts as `debug`. A line that is not finished with ``endLine()`` is thrown away by the next one.
    public func beginLine(level: Int32, text: Span<UInt8>) throws(PluginError) -> Bool {
        guard mayLog else { throw Grant.log.missing }
        line.isOpen = scope.admitsLine(limit: limits.logLinesPerSecond)
        guard line.isOpen else { return false }
        line.level = Self.level(level)
        line.message = Self.clean(text, limit: Self.textLimits.message)
        line.fields.removeAll(keepingCapacity: true)
        return true
    }

    /// Adds a field to the line. False when it has too many already: it is left out, and all that follow are.
    @discardableResult
    public func addField(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        guard line.isOpen, line.fields.count < Self.fieldLimit else { return false }
        line.fields.append(
            LogLine.Field(
                name: Self.clean(name, limit: Self.textLimits.name),
                value: Self.clean(value, limit: Self.textLimits.value)))
        return true
    }

    /// Hands the line to the operator.
    public func endLine() {
        guard line.isOpen else { return }
        line.isOpen = false
        scope.log(line.level, line.message, fields: line.fields)
    }

    /// A line without fields.
    public func log(level: Int32, text: Span<UInt8>) throws(PluginError) {
        if try beginLine(level: level, text: text) { endLine() }
    }

    private static func level(_ number: Int32) -> LogLine.Level {
        switch number {
        case 0: .error
        case 1: .warning
        case 2: .info
        default: .debug
        }
    }

    /// Text on one line that may be shown on a terminal.
    static func clean(_ bytes: Span<UInt8>, limit: Int) -> String {
        var kept = min(bytes.count, limit)
        // Not in the middle of a character.
        if kept < bytes.count {
            for _ in 0..<3 where kept > 0 && bytes[kept] & 0xC0 == 0x80 { kept -= 1 }
        }
        let text = String(decoding: bytes.extracting(first: kept))
        var shown = ""
        shown.reserveCapacity(kept)
        for scalar in text.unicodeScalars {
            if scalar.isShowable {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += scalar == "\n" ? "\\n" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        if kept < bytes.count { shown += "... (\(bytes.count - kept) bytes more)" }
        return shown
    }
}

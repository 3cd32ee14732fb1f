internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// A line of JSON that a plugin wrote: a log record, or something counted or measured.
struct StructuredLine {
    enum Content {
        case log(LogLine.Level, String, [LogLine.Field])
        case metrics(MetricValues)
    }
    /// The stage that it names.
    let stage: String?
    let content: Content
    private static let fieldLimit = 32

    /// Reads a line; nil when it is none of these.
    init?(_ line: Span<UInt8>, source: String) {
        var start = 0
        while start < line.count, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
        guard start < line.count, line[start] == UInt8(ascii: "{") else { return nil }
        let bytes = Bytes(copying: line.extracting(start..<line.count))
        guard let tree = try? JSONReader.read(bytes, file: source, sizeLimit: LineSplitter.limit, depthLimit: 16) else {
            return nil
        }
        stage = tree["stage"]?.string
        if let values = Self.metrics(tree) {
            content = .metrics(values)
        } else if let level = tree["level"]?.string.flatMap(Self.level),
            let message = (tree["message"] ?? tree["msg"])?.string
        {
            content = .log(level, OutputText.clean(message, limit: OutputText.limits.message), Self.fields(tree))
        } else {
            return nil
        }
    }

    private static func metrics(_ tree: ConfigNode) -> MetricValues? {
        guard let read = MetricLines.read(tree) else { return nil }
        var values = MetricValues()
        for (name, count) in read.counters {
            values.counters[OutputText.clean(name, limit: OutputText.limits.name)] = count
        }
        for (name, histogram) in read.histograms {
            values.histograms[OutputText.clean(name, limit: OutputText.limits.name)] = histogram
        }
        return values
    }

    private static func level(_ name: String) -> LogLine.Level? {
        switch name.lowercased() {
        case "error", "fatal", "critical": .error
        case "warning", "warn": .warning
        case "info", "notice": .info
        case "debug", "trace": .debug
        default: nil
        }
    }

    private static func fields(_ tree: ConfigNode) -> [LogLine.Field] {
        tree.entries.filter { !["level", "message", "msg", "stage"].contains($0.key) }.prefix(fieldLimit).map { entry in
            var text = entry.value.string ?? ""
            if entry.value.string == nil {
                var json = JSONWriter()
                json.value(entry.value)
                text = json.finish().text
            }
            return LogLine.Field(
                name: OutputText.clean(entry.key, limit: OutputText.limits.name),
                value: OutputText.clean(text, limit: OutputText.limits.value))
        }
    }
}

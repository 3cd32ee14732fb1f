internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// Writes what a host should know to standard error, one JSON object on one line.
final class ServerLog: Sendable {
    private let turn = Locked(())

    /// A log line of a stage; its fields become members.
    func write(_ line: LogLine) {
        var json = JSONWriter()
        json.object { json in
            json.member("level", line.level.rawValue)
            json.member("message", line.message)
            if !line.stage.isEmpty { json.member("stage", line.stage) }
            var names: Set = ["level", "message", "stage", "counter", "histogram"]
            for field in line.fields {
                var name = field.name
                while !names.insert(name).inserted { name += "_" }
                json.member(name, field.value)
            }
        }
        write(json.finish())
    }

    /// Something about the server itself.
    func write(_ level: LogLine.Level, _ message: String) {
        write(LogLine(level: level, stage: "", message: message))
    }

    /// What the instances of a stage counted and measured.
    func write(_ values: MetricValues, stage: String) {
        for line in MetricLines.lines(values, stage: stage) { write(line) }
    }

    private func write(_ line: Bytes) {
        var text = ByteBuffer(capacity: line.count + 1)
        text.append(line.span)
        text.append(UInt8(ascii: "\n"))
        let bytes = text.finish()
        // Long lines of several threads must not mix.
        turn.with { _ in ServerSystem.writeError(bytes.span) }
    }
}

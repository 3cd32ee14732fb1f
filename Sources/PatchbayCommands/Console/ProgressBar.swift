import Patchbay

/// One line on a terminal: how far, how fast, how long still.
struct ProgressBar {
    private let console: Console
    private let began = MonotonicClock.nanoseconds
    private var isShown = false

    init(_ console: Console) {
        self.console = console
    }

    /// Draws the line anew. Nothing is shown in the first third of a second: most runs are over then.
    mutating func show(_ progress: PipelineRun.Progress) {
        let elapsed = Double(MonotonicClock.nanoseconds - began) / 1e9
        guard elapsed > 0.3 else { return }
        let line = Self.line(
            bytesRead: progress.bytesRead,
            remaining: progress.bytesRemaining,
            written: progress.recordsWritten,
            seconds: elapsed,
            width: max(1, console.width(.errors) - 1)
        )
        console.write("\r\u{1B}[K\(line)", to: .errors)
    }

    /// Takes the line away.
    static func clear(_ console: Console) { console.write("\r\u{1B}[K", to: .errors) }

    /// The line for `width` columns.
    static func line(
        bytesRead: UInt64,
        remaining: UInt64?,
        written: UInt64,
        seconds: Double,
        width: Int
    ) -> String {
        let rate = Double(bytesRead) / max(seconds, 0.001)
        let speed = "\(Amount.bytes(bytesRead)), \(Amount.bytes(UInt64(min(rate, 1e18))))/s"
        let records = "\(Amount.grouped(written)) written"
        guard let remaining, bytesRead > 0 else { return String("\(speed), \(records)".prefix(width)) }
        let total = Double(bytesRead) + Double(remaining)
        let part = Double(bytesRead) / total
        let left = Double(remaining) / max(rate, 1)
        let text = " \(speed), \(records), \(Amount.seconds(left)) left"
        let percent = "\(Int(part * 100))%"
        let head = String(repeating: " ", count: max(0, 4 - percent.count)) + percent
        let room = min(30, width - head.count - text.count - 3)
        guard room >= 5 else { return String((head + text).prefix(width)) }
        let filled = min(room, Int(part * Double(room)))
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: room - filled)
        return "\(head) [\(bar)]\(text)"
    }
}

/// What all instances of one stage share during one run: where they report to, what they count, what they keep.
///
/// The engine makes one per stage and run and hands it on in ``PluginConfiguration/scope``. Safe to use from any thread.
public final class StageScope: Sendable {
    /// The stage's name.
    public let stage: String
    /// What the instances count and measure.
    public let metrics = StageMetrics()
    /// What the instances keep under keys.
    public let state = StageState()
    private let sink: @Sendable (LogLine) -> Void
    private let gate = Locked(LogGate())

    /// A scope whose lines go to `log`.
    public init(stage: String = "", log: @escaping @Sendable (LogLine) -> Void = { _ in }) {
        self.stage = stage
        sink = log
    }

    /// Reports something to the operator, without regard to any rate.
    public func log(_ level: LogLine.Level, _ message: String, fields: [LogLine.Field] = []) {
        sink(LogLine(level: level, stage: stage, message: message, fields: fields))
    }

    /// Whether one more line may be logged when `limit` lines in a second are allowed; counts it if not.
    ///
    /// When a second has passed in which lines were left out, their number is logged first.
    public func admitsLine(limit: Int) -> Bool {
        let now = MonotonicClock.nanoseconds
        let (isAdmitted, missed) = gate.with { $0.admit(at: now, limit: limit) }
        report(missed: missed, limit: limit)
        return isAdmitted
    }

    /// Logs how many lines were left out since that was last said: for the end of an instance.
    public func reportMissedLines(limit: Int) {
        report(missed: gate.with { $0.takeMissed() }, limit: limit)
    }

    private func report(missed: UInt64, limit: Int) {
        guard missed > 0 else { return }
        let lines = missed == 1 ? "1 line was" : "\(missed) lines were"
        log(.warning, "\(lines) not logged: over the limit of \(limit) in a second ('log_rate')")
    }
}

/// Counts lines by the second.
struct LogGate {
    private var began: UInt64 = 0
    private var admitted = 0
    private var missed: UInt64 = 0

    /// Whether a line may pass at `now` (nanoseconds), and how many were kept back in the second that has ended.
    mutating func admit(at now: UInt64, limit: Int) -> (isAdmitted: Bool, missed: UInt64) {
        var ended: UInt64 = 0
        if now &- began >= 1_000_000_000 {
            began = now
            admitted = 0
            ended = takeMissed()
        }
        guard admitted < limit else {
            missed += 1
            return (false, ended)
        }
        admitted += 1
        return (true, ended)
    }

    mutating func takeMissed() -> UInt64 {
        defer { missed = 0 }
        return missed
    }
}

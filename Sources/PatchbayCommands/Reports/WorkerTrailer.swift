import Patchbay

/// The last line of a worker: what became of the records.
struct WorkerTrailer {
    private let report: RunReport
    private let skipped: UInt64
    private let deadLettered: UInt64
    private let pending: UInt64

    init(_ report: RunReport) {
        self.report = report
        var (skipped, deadLettered, pending): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for account in report.ledger.accounts {
            // Blank lines between records are no loss.
            for entry in account.skipped where entry.reason != .blank { skipped += max(1, entry.records) }
            deadLettered += account.deadLettered
            pending += account.pending
        }
        self.skipped = skipped
        self.deadLettered = deadLettered
        self.pending = pending
    }

    /// How the worker ends.
    var status: ExitStatus {
        if report.error != nil { return .runFailed }
        if !report.ledger.imbalances.isEmpty { return .unbalanced }
        return skipped + deadLettered + pending == 0 ? .success : .lossy
    }

    /// One line without its end.
    var json: String {
        let accounts = report.ledger.accounts
        var json = JSONWriter()
        json.object { json in
            json.member("ok", status == .success)
            json.member("in", accounts.dropFirst().first?.recordsOut ?? 0)
            json.member("out", accounts.last?.recordsOut ?? 0)
            json.member("filtered", accounts.reduce(0) { $0 + $1.filtered })
            json.member("created", accounts.dropFirst(2).reduce(0) { $0 + $1.created })
            json.member("skipped", skipped)
            json.member("dead_lettered", deadLettered)
            json.member("pending", pending)
            json.member("balanced", report.ledger.imbalances.isEmpty)
            json.key("error")
            if let error = report.error { json.value(error.description) } else { json.null() }
        }
        return String(decoding: json.finish().span)
    }
}

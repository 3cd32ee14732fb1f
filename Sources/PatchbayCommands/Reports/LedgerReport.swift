import Patchbay

/// The account of every byte and record of a run, for people and for programs.
struct LedgerReport {
    let report: RunReport
    /// Regions that are named one by one; of the others only the number.
    private static let shownRegions = 5

    init(_ report: RunReport) {
        self.report = report
    }

    /// One line per stage, which adds up from left to right; below it the regions that became no record.
    var table: String {
        let accounts = report.ledger.accounts
        let names = accounts.map(\.stage.count).max() ?? 0
        let state = report.ledger.imbalances.isEmpty ? "balanced" : "NOT BALANCED"
        var text =
            "ledger: \(state), \(Amount.seconds(Double(report.nanoseconds) / 1e9))\(report.wasStopped ? ", stopped early" : "")\n"
        for account in accounts {
            let role = report.stages.first { $0.id == account.stage }?.role
            text += "  \(account.stage.padded(to: names))  \(Self.equation(account, role))\n"
        }
        if report.regionCount > 0 { text += regionLines }
        if !report.ledger.imbalances.isEmpty { text += "\(imbalanceText)\n" }
        return text
    }

    /// What came in = what became of it.
    private static func equation(_ account: StageAccount, _ role: Role?) -> String {
        if role == .byteSource { return "\(Amount.counted(account.bytesOut, "byte")) read" }
        if role == .parser { return parserEquation(account) }
        var parts: [String] = []
        func add(_ count: UInt64, _ what: String) {
            if count > 0 { parts.append("\(Amount.grouped(count)) \(what)") }
        }
        let came = Amount.counted(account.recordsIn, "record")
        let made = account.created > 0 ? " + \(Amount.grouped(account.created)) made" : ""
        let out = "\(Amount.grouped(account.recordsOut)) \(role == .sink ? "written" : "passed on")"
        add(account.filtered, role == .aggregate ? "summed up" : "filtered out")
        for entry in account.skipped { add(entry.records, "skipped (\(entry.reason.name))") }
        add(account.deadLettered, "dead-lettered")
        add(account.pending, "pending")
        if role == .source {
            return "\(Amount.counted(account.created, "record")) = " + ([out] + parts).joined(separator: " + ")
        }
        return "\(came)\(made) = " + ([out] + parts).joined(separator: " + ")
    }

    private static func parserEquation(_ account: StageAccount) -> String {
        var parts = ["\(Amount.grouped(account.bytesParsed)) in \(Amount.counted(account.created, "record"))"]
        for entry in account.skipped where entry.bytes > 0 {
            parts.append("\(Amount.grouped(entry.bytes)) skipped (\(entry.reason.name))")
        }
        if account.bytesPending > 0 { parts.append("\(Amount.grouped(account.bytesPending)) pending") }
        return "\(Amount.counted(account.bytesIn, "byte")) = " + parts.joined(separator: " + ")
    }

    private var regionLines: String {
        var text = "  skipped:\n"
        for placed in report.regions.prefix(Self.shownRegions) {
            text +=
                "    \(Amount.counted(placed.region.length, "byte")) at \(placed.region.position) of \(placed.part): "
                + "\(placed.region.reason.name)\n"
        }
        let rest = report.regionCount - min(report.regions.count, Self.shownRegions)
        if rest > 0 { text += "    and \(Amount.counted(UInt64(rest), "more region"))\n" }
        return text
    }

    /// One line on what was skipped; nil when nothing was.
    var trouble: String? {
        let accounts = report.ledger.accounts
        var parts: [String] = []
        // The header of a table is no trouble.
        let regions = report.regions.filter { $0.region.reason != .header }
        let headers = report.regions.count - regions.count
        let headerBytes = report.regions.reduce(UInt64(0)) { $1.region.reason == .header ? $0 + $1.region.length : $0 }
        let bytes = accounts.reduce(UInt64(0)) { $0 &+ $1.skippedBytes } &- headerBytes
        let count = report.regionCount - headers
        if bytes > 0, let first = regions.first {
            let reasons = Set(regions.map(\.region.reason.name)).sorted().joined(separator: ", ")
            let place = count == 1 ? "at" : "the first at"
            parts.append(
                "skipped \(Amount.counted(bytes, "byte")) in \(Amount.counted(UInt64(count), "region")) "
                    + "(\(reasons)), \(place) \(first.region.position) of \(first.part)"
            )
        }
        for account in accounts where account.bytesIn == 0 && account.skippedRecords > 0 {
            parts.append("\(account.stage) skipped \(Amount.counted(account.skippedRecords, "record"))")
        }
        for account in accounts where account.deadLettered > 0 {
            parts.append(
                "\(Amount.counted(account.deadLettered, "record")) of \(account.stage) went to the dead-letter file")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// What does not add up, on one line.
    var imbalanceText: String {
        let sums = report.ledger.imbalances.map {
            "\($0.stage): \(Amount.grouped($0.came)) \($0.unit.rawValue) came in, \(Amount.grouped($0.accounted)) are accounted for"
        }
        return "the ledger does not balance: \(sums.joined(separator: "; ")); this is a defect, please report it"
    }
}

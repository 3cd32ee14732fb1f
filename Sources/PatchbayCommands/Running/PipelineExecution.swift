import Patchbay

/// Runs a plan: signals, progress, reports, and the exit code.
struct PipelineExecution {
    private let plan: PipelinePlan
    private let options: ReportOptions
    private let console: Console

    init(_ plan: PipelinePlan, _ options: ReportOptions, _ console: Console) {
        self.plan = plan
        self.options = options
        self.console = console
    }

    /// Runs it to its end. `conclude` gets the report before anything is said about it.
    func run(_ conclude: (RunReport) -> Void = { _ in }) -> ExitStatus {
        let console = console
        let showsProgress = options.showsProgress
        let run = PipelineRun(plan) { line in
            if line.level == .debug { return }
            if showsProgress { ProgressBar.clear(console) }
            console.report(line.level.rawValue, "stage \(line.stage): \(line.text)")
        }
        var bar = ProgressBar(console)
        let report = run.run { progress in
            if Signals.stopped != nil { run.stop() }
            if showsProgress { bar.show(progress) }
        }
        if showsProgress { ProgressBar.clear(console) }
        conclude(report)
        return status(of: report)
    }

    private func status(of report: RunReport) -> ExitStatus {
        // The reader of the output has gone, which is no fault: `patchbay cat ... | head`.
        let isClosed = report.error?.code == .closed
        let imbalances = report.ledger.imbalances
        if let error = report.error, !isClosed {
            console.report("error", error.description)
        }
        switch options.statistics {
        case .table: console.write(StatisticsReport(report).table, to: .errors)
        case .json: console.write(StatisticsReport(report).json, to: .errors)
        case nil: break
        }
        let ledger = LedgerReport(report)
        switch options.ledgerTable {
        case .always: if !isClosed { console.write(ledger.table, to: .errors) }
        case .onTrouble: if !isClosed, let note = ledger.trouble { console.report("warning", note) }
        case .never: break
        }
        if !imbalances.isEmpty, !isClosed, options.ledgerTable != .always {
            console.report("error", ledger.imbalanceText)
        }
        if options.isLedgerJSON { console.write(ledger.json + "\n", to: .errors) }
        if isClosed { return .success }
        if report.error != nil { return .runFailed }
        if !imbalances.isEmpty { return .unbalanced }
        return Signals.stopped ?? .success
    }
}

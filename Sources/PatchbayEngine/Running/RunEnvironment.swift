public import PatchbayCore
internal import PatchbayPlugin

/// What all threads of a run share.
final class RunEnvironment: Sendable {
    let plan: PipelinePlan
    let control: RunControl
    let deadLetters: DeadLetters
    let log: @Sendable (LogLine) -> Void
    private let abandoned = Monitor<[Int: UInt64]>([:])
    private let results = Monitor(Results())

    /// What the threads leave behind when they end.
    struct Results {
        var accounts: [Int: StageAccount] = [:]
        var statistics: [Int: ProxyStatistics] = [:]
        var regions: [PlacedRegion] = []
        var regionCount = 0
    }

    init(
        plan: PipelinePlan, control: RunControl, deadLetters: DeadLetters, log: @escaping @Sendable (LogLine) -> Void
    ) {
        self.plan = plan
        self.control = control
        self.deadLetters = deadLetters
        self.log = log
    }

    func context(_ stage: StagePlan) -> PluginContext { PluginContext(stage.definition.configuration.scope) }

    /// Notes records that were handed to a stage and never reached it because the run failed.
    func abandon(_ records: Int, at stage: Int) {
        abandoned.read { $0[stage, default: 0] += UInt64(records) }
    }

    /// Adds what a node did.
    func collect(_ node: StageNode) {
        collect(node.plan.index, node.account, node.statistics)
    }

    func collect(_ stage: Int, _ account: StageAccount, _ statistics: ProxyStatistics) {
        results.read { results in
            if results.accounts[stage]?.add(account) == nil { results.accounts[stage] = account }
            if results.statistics[stage]?.add(statistics) == nil { results.statistics[stage] = statistics }
        }
    }

    /// Notes regions that became no record; the first thousand are kept for the report.
    func note(_ regions: [SkippedRegion], part: String, stage: String) {
        guard !regions.isEmpty else { return }
        results.read { results in
            results.regionCount += regions.count
            for region in regions where results.regions.count < 1000 {
                results.regions.append(PlacedRegion(stage: stage, part: part, region: region))
            }
        }
    }

    /// All results, with what a failed run left unfinished counted as pending.
    func summary() -> Results {
        var summary = results.read { $0 }
        for (stage, count) in abandoned.read({ $0 }) {
            var account =
                summary.accounts[stage]
                ?? StageAccount(
                    stage: plan.stages[stage].id, inputs: plan.stages[stage].inputs.map { plan.stages[$0].id })
            account.recordsIn += count
            account.pending += count
            summary.accounts[stage] = account
        }
        guard control.hasFailed else { return summary }
        for (stage, account) in summary.accounts where account.bytesIn == 0 {
            let came = account.recordsIn + account.created
            let accounted =
                account.recordsOut + account.filtered + account.skippedRecords + account.deadLettered
                + account.pending
            if came > accounted { summary.accounts[stage]?.pending += came - accounted }
        }
        return summary
    }
}

/// A region of an input that became no record, and whose.
public struct PlacedRegion: Sendable {
    /// The parser's stage.
    public let stage: String
    /// The part: a file's path, a stream's name.
    public let part: String
    /// Where and why.
    public let region: SkippedRegion
}

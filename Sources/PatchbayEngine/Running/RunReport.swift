public import PatchbayCore
public import PatchbayPlugin

/// What a run did.
public struct RunReport: Sendable {
    /// One stage's statistics.
    public struct Stage: Sendable {
        /// The stage.
        public let id: String
        /// Its role.
        public let role: Role
        /// Its plugin.
        public let plugin: String
        /// What passed through its proxies.
        public let statistics: ProxyStatistics
        /// What its plugin counted and measured itself.
        public let metrics: MetricValues
    }

    /// The account of every byte and record.
    public let ledger: Ledger
    /// Per stage what passed through.
    public let stages: [Stage]
    /// Regions of the inputs that became no record: the first thousand, by part and position.
    public let regions: [PlacedRegion]
    /// How many such regions there were.
    public let regionCount: Int
    /// The error that ended the run.
    public let error: PluginError?
    /// Whether it was asked to stop.
    public let wasStopped: Bool
    /// How long it took.
    public let nanoseconds: UInt64

    /// Whether the run did all that was asked and lost nothing.
    public var isSuccess: Bool { error == nil && ledger.imbalances.isEmpty }

    init(_ environment: RunEnvironment, nanoseconds: UInt64) {
        let summary = environment.summary()
        let plan = environment.plan
        ledger = Ledger(
            accounts: plan.stages.map { stage in
                summary.accounts[stage.index]
                    ?? StageAccount(stage: stage.id, inputs: stage.inputs.map { plan.stages[$0].id })
            })
        stages = plan.stages.map { stage in
            Stage(
                id: stage.id, role: stage.role, plugin: stage.definition.factory.manifest.name,
                statistics: summary.statistics[stage.index] ?? ProxyStatistics(),
                metrics: stage.definition.configuration.scope.metrics.values)
        }
        regions = summary.regions.sorted { ($0.part, $0.region.position) < ($1.part, $1.region.position) }
        regionCount = summary.regionCount
        error = environment.control.error
        wasStopped = environment.control.wasStopped
        self.nanoseconds = nanoseconds
    }

    init(plan: PipelinePlan, error: PluginError) {
        ledger = Ledger()
        stages = []
        regions = []
        regionCount = 0
        self.error = error
        wasStopped = false
        nanoseconds = 0
    }
}

internal import PatchbayCore
internal import PatchbayPlugin

/// Runs a filter.
final class FilterNode: StageNode {
    private var proxy: FilterProxy
    private var selection = Selection(count: 0, all: true)
    private var gatherer = BatchGatherer()

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ plugin: any FilterPlugin) throws(PluginError) {
        proxy = FilterProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        super.init(plan, environment)
        if let input = plan.input { try proxy.bind(input) }
    }

    override func start() throws(PluginError) { try proxy.start(environment.context(plan)) }
    override func stop() { proxy.stop() }
    override var statistics: ProxyStatistics { proxy.identity.statistics }
    override var isSaturated: Bool { proxy.isSaturated }

    override func process(_ batch: Batch) throws(PluginError) {
        try attempt(batch) { (part) throws(PluginError) in
            try proxy.filter(part, into: &selection, rejections: &rejections)
            let kept = gatherer.gather(part, selection)
            account.filtered += UInt64(part.count - kept.count - rejections.entries.count)
            made.append(kept)
        }
        try emitMade()
    }
}

internal import PatchbayCore
internal import PatchbayPlugin

/// Runs a validator.
final class ValidatorNode: StageNode {
    private var proxy: ValidatorProxy
    private var gatherer = BatchGatherer()

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ plugin: any ValidatorPlugin) throws(PluginError) {
        proxy = ValidatorProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        super.init(plan, environment)
        if let input = plan.input { try proxy.bind(input) }
    }

    override func start() throws(PluginError) { try proxy.start(environment.context(plan)) }
    override func stop() { proxy.stop() }
    override var statistics: ProxyStatistics { proxy.identity.statistics }

    override func process(_ batch: Batch) throws(PluginError) {
        try attempt(batch) { (part) throws(PluginError) in
            try proxy.validate(part, into: &rejections)
            let good = remaining(part, rejections, &gatherer)
            if good.count > 0 { made.append(good) }
        }
        try emitMade()
    }
}

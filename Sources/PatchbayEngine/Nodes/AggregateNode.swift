internal import PatchbayCore
internal import PatchbayPlugin

/// Runs an aggregate: records go in, results come out when the input has ended.
final class AggregateNode: StageNode {
    private var proxy: AggregateProxy

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ plugin: any AggregatePlugin) throws(PluginError) {
        proxy = AggregateProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        super.init(plan, environment)
        if let input = plan.input { try plan.checkAgreement(try proxy.bind(input)) }
    }

    override func start() throws(PluginError) { try proxy.start(environment.context(plan)) }
    override func stop() { proxy.stop() }
    override var statistics: ProxyStatistics { proxy.identity.statistics }

    override func process(_ batch: Batch) throws(PluginError) {
        try attempt(batch) { (part) throws(PluginError) in
            try proxy.accumulate(part, rejections: &rejections)
            account.filtered += UInt64(part.count - rejections.entries.count)
        }
        for result in try proxy.results(isLast: false) { try handOn(result) }
    }

    override func finish() throws(PluginError) {
        while true {
            let results = try proxy.results(isLast: true)
            if results.isEmpty { break }
            for result in results { try handOn(result) }
        }
        for result in try proxy.finish() { try handOn(result) }
    }

    private func handOn(_ batch: Batch) throws(PluginError) {
        account.created += UInt64(batch.count)
        try emit(batch)
    }
}

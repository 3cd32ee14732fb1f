internal import PatchbayCore
internal import PatchbayPlugin

/// Runs a transform.
final class TransformNode: StageNode {
    private var proxy: TransformProxy
    private var output = TransformOutput()

    init(_ plan: StagePlan, _ environment: RunEnvironment, _ plugin: any TransformPlugin) throws(PluginError) {
        proxy = TransformProxy(plugin, plugin: plan.definition.factory.manifest.name, stage: plan.id)
        super.init(plan, environment)
        if let input = plan.input { try plan.checkAgreement(try proxy.bind(input)) }
    }

    override func start() throws(PluginError) { try proxy.start(environment.context(plan)) }
    override func stop() { proxy.stop() }
    override var statistics: ProxyStatistics { proxy.identity.statistics }

    override func process(_ batch: Batch) throws(PluginError) {
        try attempt(batch) { (part) throws(PluginError) in
            try proxy.transform(part, into: &output)
            account.filtered += UInt64(output.dropped)
            account.created += UInt64(output.added)
            made.append(contentsOf: output.batches)
            rejections = output.rejections
            output.removeAll()
        }
        try emitMade()
    }
}

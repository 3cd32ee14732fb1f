internal import PatchbayCore
internal import PatchbayPlugin

/// Drives a source of records: one thread reads and runs everything up to the queues.
final class RecordPump: Sendable {
    private let environment: RunEnvironment
    private let source: StagePlan
    private let queues: Queues

    init(_ source: StagePlan, _ environment: RunEnvironment, queues: Queues) {
        self.source = source
        self.environment = environment
        self.queues = queues
    }

    /// The work of the thread, until the source ends or the run stops.
    func work() {
        do throws(PluginError) {
            guard case .source(let plugin) = try source.makeInstance() else { throw source.wrongRole }
            var proxy = SourceProxy(plugin, plugin: source.definition.factory.manifest.name, stage: source.id)
            try source.checkAgreement(try proxy.bind(source.request))
            let tree = try NodeTree(environment.plan.reachable(from: source.index), environment, queues: queues)
            var account = StageAccount(stage: source.id)
            do throws(PluginError) {
                try proxy.start(environment.context(source))
                try tree.start()
                try read(&proxy, tree, &account)
                try tree.finish()
            } catch {
                environment.control.fail(error)
                tree.salvage()
            }
            proxy.stop()
            tree.stop()
            environment.collect(source.index, account, proxy.identity.statistics)
        } catch {
            environment.control.fail(error)
        }
    }

    private func read(
        _ proxy: inout SourceProxy, _ tree: NodeTree, _ account: inout StageAccount
    ) throws(PluginError) {
        let routes = tree.routes(from: source.index)
        while !environment.control.isStopping {
            switch try proxy.read() {
            case .nothingYet: try tree.flush()
            case .endOfInput: return
            case .batch(let batch):
                account.created += UInt64(batch.count)
                account.recordsOut += UInt64(batch.count)
                var failure: PluginError?
                for route in routes {
                    if failure != nil { environment.abandon(batch.count, at: route.stage) }
                    do throws(PluginError) { if failure == nil { try route.deliver(batch) } } catch { failure = error }
                }
                if let failure { throw failure }
                if tree.isSaturated(environment.plan.stages[source.index].consumers) { return }
            }
        }
    }
}

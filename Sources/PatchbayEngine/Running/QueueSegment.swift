internal import PatchbayCore
internal import PatchbayPlugin

/// The thread behind a bounded queue: runs a stage that several feed, or that was given a queue, and what follows it.
final class QueueSegment: Sendable {
    let stage: Int
    private let environment: RunEnvironment
    private let queues: Queues
    let queue: BoundedQueue<Batch>

    init(_ stage: Int, _ queue: BoundedQueue<Batch>, _ environment: RunEnvironment, queues: Queues) {
        self.stage = stage
        self.queue = queue
        self.environment = environment
        self.queues = queues
        environment.control.whenFailed { queue.close() }
    }

    /// The work of the thread, until the queue is closed and empty.
    func work() {
        do throws(PluginError) {
            let stages = environment.plan.order.filter { environment.plan.stages[$0].segment == .queue(stage) }
            let tree = try NodeTree(stages, environment, queues: queues)
            do throws(PluginError) {
                try tree.start()
                while let batch = try next(tree) {
                    if environment.control.hasFailed {
                        environment.abandon(batch.count, at: stage)
                    } else {
                        try tree.nodes[stage]?.accept(batch)
                    }
                }
                if environment.control.hasFailed { tree.salvage() } else { try tree.finish() }
            } catch {
                environment.control.fail(error)
                tree.salvage()
            }
            tree.stop()
        } catch {
            environment.control.fail(error)
        }
        while let batch = queue.take() { environment.abandon(batch.count, at: stage) }
    }

    /// The next batch. Before waiting for one, what was written is made visible.
    private func next(_ tree: NodeTree) throws(PluginError) -> Batch? {
        if let batch = queue.takeWaiting() { return batch }
        if !environment.control.hasFailed { try tree.flush() }
        return queue.take()
    }
}

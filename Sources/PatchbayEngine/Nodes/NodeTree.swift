internal import PatchbayCore
internal import PatchbayPlugin

/// The nodes that one thread, or one turn, runs: made from the plan, wired to each other and to what lies outside.
final class NodeTree {
    private(set) var nodes: [Int: StageNode] = [:]
    /// The nodes, each after its inputs.
    private(set) var ordered: [StageNode] = []
    let environment: RunEnvironment
    private let queues: Queues
    private let outbox: Outbox?
    private let encoders: [Int: any BatchEncoder]

    /// Makes the nodes of `stages`; what leads out of them goes to queues, or to the outbox if there is one.
    init(
        _ stages: [Int], _ environment: RunEnvironment, queues: Queues, outbox: Outbox? = nil,
        encoders: [Int: any BatchEncoder] = [:]
    ) throws(PluginError) {
        self.environment = environment
        self.queues = queues
        self.outbox = outbox
        self.encoders = encoders
        for index in stages {
            let node = try Self.makeNode(environment.plan.stages[index], environment)
            nodes[index] = node
            ordered.append(node)
        }
        if let outbox {
            for (index, encoder) in encoders {
                let node = EncoderNode(environment.plan.stages[index], environment, encoder, outbox: outbox)
                nodes[index] = node
                ordered.append(node)
            }
        }
        for node in ordered { node.routes = routes(from: node.plan.index) }
    }

    /// Where the output of a stage goes.
    func routes(from stage: Int) -> [Route] {
        environment.plan.stages[stage].consumers.compactMap { consumer in
            if let node = nodes[consumer] { return .node(node) }
            if let outbox { return .outbox(outbox, stage: consumer) }
            if let queue = queues[consumer] { return .queue(queue, environment, stage: consumer) }
            return nil
        }
    }

    private static func makeNode(_ plan: StagePlan, _ environment: RunEnvironment) throws(PluginError) -> StageNode {
        switch (plan.role, try plan.makeInstance()) {
        case (.filter, .filter(let plugin)): return try FilterNode(plan, environment, plugin)
        case (.validator, .validator(let plugin)): return try ValidatorNode(plan, environment, plugin)
        case (.transform, .transform(let plugin)): return try TransformNode(plan, environment, plugin)
        case (.aggregate, .aggregate(let plugin)): return try AggregateNode(plan, environment, plugin)
        case (.sink, .sink(let plugin)): return try SinkNode(plan, environment, plugin)
        default: throw plan.wrongRole
        }
    }

    func start() throws(PluginError) {
        for node in ordered { try node.start() }
    }

    /// The input has ended: nodes finish in order, then what was written is made durable.
    func finish() throws(PluginError) {
        for node in ordered { try node.finish() }
        try flush()
    }

    /// Makes what was written so far visible to whoever reads the outputs.
    func flush() throws(PluginError) {
        for node in ordered { try node.flush() }
    }

    /// After a failure: what was written so far is made durable, as far as it still can.
    func salvage() {
        for node in ordered {
            do throws(PluginError) { try node.flush() } catch { environment.control.fail(error) }
        }
    }

    /// Closes all plugins and hands in the accounts.
    func stop() {
        for node in ordered {
            node.stop()
            environment.collect(node)
        }
    }

    /// Hands what a worker made to the stages behind the turnstile. After a failure the rest is noted as undelivered.
    func deliver(_ outbox: Outbox) throws(PluginError) {
        var failure: PluginError?
        for (stage, item) in outbox.items {
            if failure != nil {
                if case .batch(let batch) = item { environment.abandon(batch.count, at: stage) }
                continue
            }
            do throws(PluginError) {
                try deliver(item, to: stage)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func deliver(_ item: Outbox.Item, to stage: Int) throws(PluginError) {
        switch item {
        case .encoded(let encoder):
            guard let sink = nodes[stage] as? SinkNode else { return }
            try encoder.write(with: sink)
        case .batch(let batch):
            if let node = nodes[stage] { return try node.accept(batch) }
            if let queue = queues[stage], queue.put(batch) { return }
            environment.abandon(batch.count, at: stage)
        }
    }

    /// Whether nothing that arrives at these stages can reach a sink any more.
    func isSaturated(_ entries: [Int]) -> Bool {
        !entries.isEmpty && entries.allSatisfy { entry in nodes[entry].map(isSaturated) ?? false }
    }

    private func isSaturated(_ node: StageNode) -> Bool {
        if node.isSaturated { return true }
        return !node.routes.isEmpty
            && node.routes.allSatisfy { route in
                if case .node(let next) = route { return isSaturated(next) }
                return false
            }
    }
}

/// The queues in front of stages with threads of their own.
typealias Queues = [Int: BoundedQueue<Batch>]

internal import PatchbayCore
internal import PatchbayPlugin

/// One instance of a stage in one thread: takes batches, hands on what its plugin makes of them, keeps the account.
class StageNode {
    let plan: StagePlan
    let environment: RunEnvironment
    var account: StageAccount
    var routes: [Route] = []

    init(_ plan: StagePlan, _ environment: RunEnvironment) {
        self.plan = plan
        self.environment = environment
        account = StageAccount(stage: plan.id, inputs: plan.inputs.map { environment.plan.stages[$0].id })
    }

    /// Opens the plugin.
    func start() throws(PluginError) {}
    /// Processes the records that came in. Their number is in the account already.
    func process(_ batch: Batch) throws(PluginError) {}
    /// The input has ended.
    func finish() throws(PluginError) {}
    /// Makes what was written durable.
    func flush() throws(PluginError) {}
    /// Closes the plugin.
    func stop() {}
    /// What passed through the plugin.
    var statistics: ProxyStatistics { ProxyStatistics() }
    /// Whether nothing more will pass.
    var isSaturated: Bool { false }

    /// Takes a batch in.
    final func accept(_ batch: Batch) throws(PluginError) {
        guard batch.count > 0 else { return }
        account.recordsIn += UInt64(batch.count)
        try process(batch)
    }

    /// Hands records on to all consumers. After a failure the others are told what they did not get.
    final func emit(_ batch: Batch) throws(PluginError) {
        guard batch.count > 0 else { return }
        try plan.check(batch)
        account.recordsOut += UInt64(batch.count)
        var failure: PluginError?
        for route in routes {
            if failure != nil {
                environment.abandon(batch.count, at: route.stage)
                continue
            }
            do throws(PluginError) {
                try route.deliver(batch)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Batches that `body` of ``attempt(_:_:)`` made. They go on afterwards, so that the errors of the stages behind are
    /// not taken for this one's.
    final var made: [Batch] = []

    /// Hands on what was made.
    final func emitMade() throws(PluginError) {
        defer { made.removeAll(keepingCapacity: true) }
        for batch in made { try emit(batch) }
    }

    /// The records of the batch in work that its plugin rejected by name; set anew by each call of ``attempt(_:_:)``'s body.
    final var rejections = Rejections()

    /// Runs `body` on the batch, then deals with what it put into ``rejections``. When `body` fails and the policy allows,
    /// the batch is halved until the guilty record is alone; only that one is rejected. A stage that has lost what its
    /// results depend on has no guilty record: its error ends the run.
    final func attempt(_ batch: Batch, _ body: (Batch) throws(PluginError) -> Void) throws(PluginError) {
        rejections.removeAll()
        do throws(PluginError) {
            try body(batch)
        } catch {
            if plan.definition.onError == .fail || error.isFinal { throw error }
            if batch.count == 1 { return try reject(batch, row: 0, error) }
            let middle = batch.count / 2
            try attempt(batch.slice(0..<middle), body)
            return try attempt(batch.slice(middle..<batch.count), body)
        }
        // Outside: that a dead letter cannot be written is no fault of the batch.
        try reject(rejections, of: batch)
    }

    /// Does with one bad record what the stage's policy says.
    final func reject(_ batch: Batch, row: Int, _ error: PluginError) throws(PluginError) {
        var error = error.located(plugin: plan.definition.factory.manifest.name, stage: plan.id)
        error.record = row
        error.origin = batch.origin.map { Origin(part: $0.part, position: batch.position(of: row)) }
        switch plan.definition.onError {
        case .fail: throw error
        case .skip: account.skip(.failed, records: 1)
        case .deadLetter:
            try environment.deadLetters.put(batch, row: row, error)
            account.deadLettered += 1
        }
    }

    /// Rejects several records of a batch.
    private func reject(_ rejections: Rejections, of batch: Batch) throws(PluginError) {
        for entry in rejections.entries { try reject(batch, row: entry.row, entry.error) }
    }

    /// The rows of a batch that were not rejected.
    final func remaining(_ batch: Batch, _ rejections: Rejections, _ gatherer: inout BatchGatherer) -> Batch {
        if rejections.entries.isEmpty { return batch }
        var selection = Selection(count: batch.count, all: true)
        for entry in rejections.entries { selection[entry.row] = false }
        return gatherer.gather(batch, selection)
    }
}

/// Where a stage's output goes.
enum Route {
    /// On in the same thread.
    case node(StageNode)
    /// Later, when it is this worker's turn.
    case outbox(Outbox, stage: Int)
    /// To a thread of its own.
    case queue(BoundedQueue<Batch>, RunEnvironment, stage: Int)

    var stage: Int {
        switch self {
        case .node(let node): node.plan.index
        case .outbox(_, let stage), .queue(_, _, let stage): stage
        }
    }

    func deliver(_ batch: Batch) throws(PluginError) {
        switch self {
        case .node(let node): try node.accept(batch)
        case .outbox(let outbox, let stage): outbox.put(.batch(batch), for: stage)
        case .queue(let queue, let environment, let stage):
            if !queue.put(batch) { environment.abandon(batch.count, at: stage) }
        }
    }
}

/// What a worker made and may hand on only when it is its turn.
final class Outbox {
    enum Item {
        case batch(Batch)
        /// An encoder holds the bytes.
        case encoded(EncoderNode)

        var records: Int {
            switch self {
            case .batch(let batch): batch.count
            case .encoded(let encoder): encoder.records
            }
        }
    }
    private(set) var items: [(stage: Int, item: Item)] = []

    func put(_ item: Item, for stage: Int) { items.append((stage, item)) }
    func removeAll() { items.removeAll(keepingCapacity: true) }
}

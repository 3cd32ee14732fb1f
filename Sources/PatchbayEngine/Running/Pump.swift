internal import PatchbayCore
internal import PatchbayPlugin
internal import Synchronization

/// Drives one byte source through its parser: several workers parse, filter and encode chunks side by side, the
/// turnstile lets them write in order.
final class Pump: Sendable {
    private let environment: RunEnvironment
    private let source: StagePlan
    private let parser: StagePlan
    private let queues: Queues
    private let reader: Monitor<ChunkReader>
    private let turnstile: Turnstile<NodeTree>
    private let numbers = Turnstile<Int64>(0)
    private let saturation = SaturationSignal()
    private let parallel: [Int]
    private let encodingSinks: [Int]
    /// The stages behind the turnstile that workers hand batches to.
    private let entries: [Int]
    let workerCount: Int
    private let canSplit: Bool

    init(_ source: StagePlan, parser: StagePlan, _ environment: RunEnvironment, queues: Queues) throws(PluginError) {
        self.environment = environment
        self.source = source
        self.parser = parser
        self.queues = queues
        let plan = environment.plan
        let reachable = plan.reachable(from: parser.index)
        parallel = reachable.filter { !plan.stages[$0].isOrdered }
        let behind = reachable.filter { plan.stages[$0].isOrdered && plan.stages[$0].segment == .pump }
        let tree = try NodeTree(behind, environment, queues: queues)
        let sinks = try Self.encodingSinks(behind, plan, tree, parallel: Set(parallel + [parser.index]))
        encodingSinks = sinks
        entries = Set((parallel + [parser.index]).flatMap { plan.stages[$0].consumers })
            .filter { plan.stages[$0].isOrdered }.sorted()

        let settings = plan.definition.settings
        guard case .byteSource(let bytes) = try source.makeInstance() else { throw source.wrongRole }
        guard case .parser(let first) = try parser.makeInstance() else { throw parser.wrongRole }
        canSplit = first is any SplittingParserPlugin && settings.threads > 1 && !plan.isAhead(parser)
        workerCount = canSplit ? settings.threads : 1
        let proxy = ByteSourceProxy(bytes, plugin: source.definition.factory.manifest.name, stage: source.id)
        reader = Monitor(
            ChunkReader(
                source: proxy, splits: canSplit, onError: parser.definition.onError,
                settings: settings, control: environment.control, saturation: saturation))
        turnstile = Turnstile(tree)
        environment.control.whenFailed { [turnstile, numbers] in
            turnstile.close()
            numbers.close()
        }
    }

    /// The sinks right behind the parallel part that turn batches into bytes: their encoders run in the workers.
    private static func encodingSinks(
        _ behind: [Int], _ plan: PipelinePlan, _ tree: NodeTree, parallel: Set<Int>
    ) throws(PluginError) -> [Int] {
        var sinks: [Int] = []
        for index in behind where plan.stages[index].inputs.allSatisfy(parallel.contains) {
            if let sink = tree.nodes[index] as? SinkNode, try sink.makeEncoder() != nil { sinks.append(index) }
        }
        return sinks
    }

    /// Opens the source and the stages behind the turnstile.
    func start() throws(PluginError) {
        try turnstile.withState { (tree) throws(PluginError) in try tree.start() }
        try reader.read { (reader) throws(PluginError) in
            try reader.start(environment.context(source))
        }
    }

    /// The work of one thread, until the input ends or the run stops.
    func work() {
        do throws(PluginError) {
            let worker = try makeWorker()
            do throws(PluginError) {
                try worker.stage.start()
                try worker.tree.start()
                try pump(worker)
                try worker.tree.finish()
                try deliverLast(worker)
            } catch {
                environment.control.fail(error)
            }
            worker.stage.stop()
            worker.tree.stop()
        } catch {
            environment.control.fail(error)
        }
    }

    private struct Worker {
        let stage: ParserStage
        let tree: NodeTree
        let outbox: Outbox
    }

    private func makeWorker() throws(PluginError) -> Worker {
        let outbox = Outbox()
        var encoders: [Int: any BatchEncoder] = [:]
        for sink in encodingSinks {
            let made = try turnstile.withState { (tree) throws(PluginError) in
                Handover(value: try (tree.nodes[sink] as? SinkNode)?.makeEncoder())
            }
            encoders[sink] = made.value
        }
        let tree = try NodeTree(parallel, environment, queues: queues, outbox: outbox, encoders: encoders)
        let stage = try ParserStage(parser, environment)
        stage.routes = tree.routes(from: parser.index)
        return Worker(stage: stage, tree: tree, outbox: outbox)
    }

    private func pump(_ worker: Worker) throws(PluginError) {
        while true {
            let task = try reader.update { (reader) throws(PluginError) in try reader.next(for: worker.stage) }
            guard let task else { return }
            let batches = try parse(task, worker)
            try handOn(batches, task, worker)
        }
    }

    private func parse(_ task: ChunkTask, _ worker: Worker) throws(PluginError) -> [Batch] {
        let (batches, result) = try worker.stage.parse(task)
        if !canSplit {
            reader.update { $0.consumed(result, of: task.input) }
        }
        return batches
    }

    private func handOn(_ batches: [Batch], _ task: ChunkTask, _ worker: Worker) throws(PluginError) {
        var index: Int64 = 0
        if worker.stage.needsNumbers {
            let count = batches.reduce(0) { $0 + Int64($1.count) }
            let first = numbers.pass(task.ticket) { total in
                defer { total += count }
                return total
            }
            guard let first else { return worker.stage.abandon(batches[...]) }
            index = first
        }
        for (number, batch) in batches.enumerated() {
            do throws(PluginError) {
                try worker.stage.emit(batch, firstIndex: index)
            } catch {
                worker.stage.abandon(batches[(number + 1)...])
                abandon(worker.outbox)
                throw error
            }
            index += Int64(batch.count)
        }
        let outbox = worker.outbox
        let isDone = try turnstile.pass(task.ticket) { (tree) throws(PluginError) in
            try tree.deliver(outbox)
            if task.isIdle { try tree.flush() }
            return tree.isSaturated(entries)
        }
        if isDone == nil { abandon(outbox) }
        outbox.removeAll()
        if isDone == true { saturation.set() }
    }

    /// Stages of the workers may hand on something when their input ends.
    private func deliverLast(_ worker: Worker) throws(PluginError) {
        let outbox = worker.outbox
        try turnstile.withState { (tree) throws(PluginError) in try tree.deliver(outbox) }
        outbox.removeAll()
    }

    private func abandon(_ outbox: Outbox) {
        for (stage, item) in outbox.items {
            if case .batch(let batch) = item { environment.abandon(batch.count, at: stage) }
        }
    }

    /// After the workers have ended: aggregates give their results, sinks flush, everything is closed.
    func finish() {
        do throws(PluginError) {
            try turnstile.withState { (tree) throws(PluginError) in
                if environment.control.hasFailed { tree.salvage() } else { try tree.finish() }
            }
        } catch {
            environment.control.fail(error)
        }
        turnstile.withState { $0.stop() }
        reader.read { reader in
            reader.abandon()
            reader.stop()
            var account = StageAccount(stage: source.id)
            account.bytesOut = reader.bytesRead
            environment.collect(source.index, account, reader.statistics)
            var parsing = StageAccount(stage: parser.id, inputs: parser.inputs.map { environment.plan.stages[$0].id })
            parsing.bytesIn = reader.bytesPending
            parsing.bytesPending = reader.bytesPending
            for place in reader.discarded {
                parsing.bytesIn += place.region.length
                parsing.skip(place.region.reason, records: 1, bytes: place.region.length)
                environment.note([place.region], part: place.part, stage: parser.id)
            }
            environment.collect(parser.index, parsing, ProxyStatistics())
        }
    }
}

/// Carries a value that was made in one thread into another which is its only user from then on.
// Invariant behind @unchecked: the maker gives the value up; it is made for exactly one receiver.
struct Handover<Value>: @unchecked Sendable {
    let value: Value
}

extension PipelinePlan {
    /// The stages that a stage's output reaches without passing a queue, each after its inputs; without the stage.
    func reachable(from start: Int) -> [Int] {
        var reached: Set<Int> = [start]
        for index in order where stages[index].segment == .pump {
            if stages[index].inputs.contains(where: reached.contains) { reached.insert(index) }
        }
        return order.filter { reached.contains($0) && $0 != start }
    }
}

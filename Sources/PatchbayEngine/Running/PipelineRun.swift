internal import PatchbayCore
public import PatchbayPlugin
internal import Synchronization

/// A pipeline in execution.
///
/// `run` blocks until the input ends, a stage fails, or ``stop()`` is called from another thread or a signal's watcher.
public final class PipelineRun: Sendable {
    private let plan: PipelinePlan
    private let control = RunControl()
    private let log: @Sendable (LogLine) -> Void

    /// A run of a checked pipeline; `log` gets what plugins report, from any thread.
    public init(_ plan: PipelinePlan, log: @escaping @Sendable (LogLine) -> Void = { _ in }) {
        self.plan = plan
        self.log = log
    }

    /// How far a run is.
    public struct Progress: Sendable {
        /// Bytes read from all byte sources.
        public let bytesRead: UInt64
        /// Bytes still to come, if known.
        public let bytesRemaining: UInt64?
        /// Records written by all sinks.
        public let recordsWritten: UInt64
    }

    /// How far the run is.
    public var progress: Progress {
        let remaining = control.remainingBytes.load(ordering: .relaxed)
        return Progress(
            bytesRead: control.bytesRead.load(ordering: .relaxed),
            bytesRemaining: remaining == .max ? nil : remaining,
            recordsWritten: control.recordsWritten.load(ordering: .relaxed))
    }

    /// Ends the run early: sources read no more, what is under way is finished and written. Safe from any thread.
    public func stop() { control.stop() }

    /// Executes the pipeline. `onProgress` is called about ten times a second, on the calling thread.
    public func run(onProgress: ((Progress) -> Void)? = nil) -> RunReport {
        let began = MonotonicClock.nanoseconds
        let deadLetters: DeadLetters
        do throws(PluginError) {
            deadLetters = try DeadLetters(plan.definition.deadLetters, log: log)
        } catch {
            return RunReport(plan: plan, error: error)
        }
        let environment = RunEnvironment(
            plan: plan.renewed(log: log), control: control, deadLetters: deadLetters, log: log)
        execute(environment, onProgress)
        do throws(PluginError) { try deadLetters.close() } catch { control.fail(error) }
        return RunReport(environment, nanoseconds: MonotonicClock.nanoseconds - began)
    }

    private func execute(_ environment: RunEnvironment, _ onProgress: ((Progress) -> Void)?) {
        let plan = environment.plan
        var queues: Queues = [:]
        for stage in plan.stages {
            if let capacity = stage.queueCapacity { queues[stage.index] = BoundedQueue(capacity: capacity) }
        }
        let segments = plan.order.compactMap { index in
            queues[index].map { QueueSegment(index, $0, environment, queues: queues) }
        }
        var pumps: [Pump] = []
        do throws(PluginError) {
            for parser in plan.stages where parser.role == .parser {
                for source in parser.inputs {
                    pumps.append(try Pump(plan.stages[source], parser: parser, environment, queues: queues))
                }
            }
            for pump in pumps { try pump.start() }
        } catch {
            control.fail(error)
        }
        let records = plan.stages.filter { $0.role == .source }.map {
            RecordPump($0, environment, queues: queues)
        }
        runThreads(pumps, records, segments, onProgress)
    }

    /// Starts all threads; ends them from the sources to the sinks.
    private func runThreads(
        _ pumps: [Pump], _ records: [RecordPump], _ segments: [QueueSegment], _ onProgress: ((Progress) -> Void)?
    ) {
        let running = Monitor(0)
        var behind = ThreadGroup()
        for segment in segments { behind.start(control) { segment.work() } }
        var sources = ThreadGroup()
        func launch(_ work: @escaping @Sendable () -> Void) {
            running.update { $0 += 1 }
            let started = sources.start(control) {
                work()
                running.update { $0 -= 1 }
            }
            if !started { running.update { $0 -= 1 } }
        }
        if !control.hasFailed {
            for pump in pumps { for _ in 0..<pump.workerCount { launch { pump.work() } } }
            for record in records { launch { record.work() } }
        }
        while !running.wait(until: { $0 == 0 }, milliseconds: 100) { onProgress?(progress) }
        sources.joinAll()
        for pump in pumps { pump.finish() }
        for segment in segments {
            segment.queue.close()
            behind.joinFirst()
        }
        onProgress?(progress)
    }
}

/// Threads in the order they were started.
struct ThreadGroup: ~Copyable {
    private final class Slot {
        var thread: WorkerThread?
        init(_ thread: consuming WorkerThread) { self.thread = consume thread }
        func join() {
            if let thread = thread.take() { thread.join() }
        }
    }
    private var slots: [Slot] = []

    /// Starts a thread; a failure to do so fails the run.
    @discardableResult
    mutating func start(_ control: RunControl, _ body: @escaping @Sendable () -> Void) -> Bool {
        do throws(PluginError) {
            slots.append(Slot(try WorkerThread(body)))
            return true
        } catch {
            control.fail(error)
            return false
        }
    }

    mutating func joinFirst() {
        if !slots.isEmpty { slots.removeFirst().join() }
    }

    mutating func joinAll() {
        while !slots.isEmpty { joinFirst() }
    }
}

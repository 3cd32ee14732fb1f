import Glibc
import Patchbay
import PatchbayABI

/// Measures several subjects in turns, so that what disturbs one disturbs all.
struct BenchRounds {
    private struct Entry {
        let name: String
        let subject: any BenchSubject
        var work = BenchWork()
        var passes = 1
        var wall: [Double] = []
        var processor: [Double] = []
        var costs: (calls: Double, bytesIn: Double, bytesOut: Double, allocations: Double)?
    }
    private var entries: [Entry] = []
    private let rounds: Int
    /// Shortest round, in nanoseconds.
    private static let duration: UInt64 = 50_000_000

    /// Records that each pass of a subject must make for its figures to mean anything.
    private let leastRecords: Int

    init(rounds: Int, leastRecords: Int = 0) {
        self.rounds = rounds
        self.leastRecords = leastRecords
    }

    /// Adds a subject, and runs it until it is warm.
    mutating func add(_ name: String, _ subject: any BenchSubject) throws(PluginError) {
        var entry = Entry(name: name, subject: subject)
        entry.work = try subject.pass()
        guard entry.work.records >= leastRecords else {
            throw PluginError(
                .configuration, "it makes \(entry.work.records) records of \(leastRecords) made-up JSON lines",
                advice: "name a file that it reads with '--input'")
        }
        let before = subject.statistics
        let start = MonotonicClock.nanoseconds
        _ = try subject.pass()
        let time = max(1, MonotonicClock.nanoseconds - start)
        entry.passes = Int(min(100_000, max(1, Self.duration / time)))
        if let before, let after = subject.statistics {
            // A life of its own for each pass begins to count at 0.
            let base = after.calls >= before.calls && after != before ? before : GuestStatistics()
            let calls = Double(max(1, entry.work.calls))
            entry.costs = (
                calls, Double(after.bytesIn &- base.bytesIn) / calls, Double(after.bytesOut &- base.bytesOut) / calls,
                Double(after.allocations &- base.allocations) / calls
            )
        }
        entries.append(entry)
    }

    /// Runs the rounds; the medians, in the order in which subjects were added.
    mutating func run() throws(PluginError) -> [BenchResult] {
        for _ in 0..<rounds {
            for index in entries.indices { try round(&entries[index]) }
        }
        return entries.map { entry in
            entry.subject.stop()
            return BenchResult(
                name: entry.name, nanosecondsPerRecord: Self.median(entry.wall),
                processorPerRecord: Self.median(entry.processor),
                bytesPerRecord: Double(entry.work.bytes) / Double(max(1, entry.work.records)),
                bytesIn: entry.costs?.bytesIn, bytesOut: entry.costs?.bytesOut, allocations: entry.costs?.allocations,
                memory: entry.subject.statistics?.memory)
        }
    }

    private func round(_ entry: inout Entry) throws(PluginError) {
        let processor = Self.processorNanoseconds
        let start = MonotonicClock.nanoseconds
        for _ in 0..<entry.passes { _ = try entry.subject.pass() }
        let time = Double(MonotonicClock.nanoseconds - start)
        let records = Double(max(1, entry.work.records * entry.passes))
        entry.wall.append(time / records)
        entry.processor.append(Double(Self.processorNanoseconds - processor) / records)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// Processor time of all threads of this process.
    private static var processorNanoseconds: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

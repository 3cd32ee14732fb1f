internal import PatchbayCore
internal import PatchbayPlugin

/// A batch that is passed on where it lies: an element of an array of batches would be copied first.
final class HeldBatch {
    /// How many are filtered in turn, and no more: what a stage before has just made lies in the processor's cache, and
    /// thousands of small batches do not.
    static let limit = 64

    private let batch: Batch

    init(_ batch: Batch) { self.batch = batch }

    @inline(never)
    func pass(_ body: (Batch) throws -> Void) rethrows { try body(batch) }
}

/// What a call of a filter costs.
struct FilterMeasurement {
    private var filter: FilterProxy
    private let batches: [HeldBatch]
    private let rows: Int
    private let size: Int
    private var selection = Selection(count: 0, all: true)
    private var rejections = Rejections()
    private var next = 0
    private(set) var kept = 0

    init(_ arguments: inout Arguments) throws {
        filter = try Module(try arguments.text()).filter(try arguments.text())
        let path = try arguments.text()
        size = try arguments.count()
        rows = try arguments.count()
        batches = try RecordFile(path, size: size).batches(of: rows, limit: HeldBatch.limit).map(HeldBatch.init)
    }

    /// Filters the next batch.
    @inline(__always)
    mutating func call() throws {
        try batches[next].pass { try filter.filter($0, into: &selection, rejections: &rejections) }
        kept += selection.selectedCount
        next += 1
        if next == batches.count { next = 0 }
    }

    mutating func time(_ seconds: Double) throws {
        _ = try CallTime(over: seconds / 4, slice: slice(batch: rows, size: size)) { try call() }
        kept = 0
        let calls = filter.identity.statistics.calls
        let time = try CallTime(over: seconds, slice: slice(batch: rows, size: size)) { try call() }
        let records = Double(filter.identity.statistics.calls - calls) * Double(rows)
        report(["wall_ns": time.wall, "cpu_ns": time.processor, "kept": Double(kept) / records])
    }
}

/// What a call of a filter costs without the engine's side of it: no clock, no statistics, no check of the answer.
struct DirectMeasurement {
    private var filter: any FilterPlugin
    private let batches: [HeldBatch]
    private let rows: Int
    private let size: Int
    private var selection = Selection(count: 0, all: true)
    private var next = 0

    init(_ arguments: inout Arguments) throws {
        filter = try Module(try arguments.text()).plainFilter(try arguments.text())
        let path = try arguments.text()
        size = try arguments.count()
        rows = try arguments.count()
        batches = try RecordFile(path, size: size).batches(of: rows, limit: HeldBatch.limit).map(HeldBatch.init)
    }

    @inline(__always)
    private mutating func call() throws {
        selection.reset(count: rows, all: true)
        try batches[next].pass { try filter.filter($0, into: &selection) }
        next += 1
        if next == batches.count { next = 0 }
    }

    mutating func time(_ seconds: Double) throws {
        _ = try CallTime(over: seconds / 4, slice: slice(batch: rows, size: size)) { try call() }
        let time = try CallTime(over: seconds, slice: slice(batch: rows, size: size)) { try call() }
        report(["wall_ns": time.wall, "cpu_ns": time.processor])
    }
}

/// A fixed number of calls, for what counts instead of timing.
enum CallCount {
    static func run(_ arguments: inout Arguments) throws {
        var filter = try FilterMeasurement(&arguments)
        let calls = try arguments.count()
        for _ in 0..<calls { try filter.call() }
        report(["calls": Double(calls), "kept": Double(filter.kept)])
    }
}

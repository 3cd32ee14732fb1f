internal import probe

/// How much more several threads do, each with an instance of its own.
enum ThreadMeasurement {
    static func run(_ arguments: inout Arguments) async throws {
        let words = arguments
        var rest = arguments
        for _ in 0..<3 { _ = try rest.text() }
        let size = try rest.count()
        let rows = try rest.count()
        let seconds = try rest.number()
        let threads = try rest.count()
        let times = try await withThrowingTaskGroup(of: CallTime.self) { group in
            for _ in 0..<threads {
                group.addTask {
                    var own = words
                    var filter = try FilterMeasurement(&own)
                    let calls = slice(batch: rows, size: size)
                    _ = try CallTime(over: seconds / 4, slice: calls) { try filter.call() }
                    return try CallTime(over: seconds, slice: calls) { try filter.call() }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        func perSecond(_ time: (CallTime) -> Double) -> Double {
            times.map { 1e9 * Double(rows) / time($0) }.reduce(0, +)
        }
        report([
            "records_per_second": perSecond { $0.wall }, "cpu_records_per_second": perSecond { $0.processor },
        ])
    }
}

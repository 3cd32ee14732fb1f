import Glibc
internal import PatchbayCore
internal import probe

/// Nanoseconds of one call.
struct CallTime {
    /// On the clock on the wall.
    let wall: Double
    /// Of the processor, by the thread that calls.
    let processor: Double

    /// Calls `body` until `seconds` have passed, looking at the clock after every `slice` calls.
    init(over seconds: Double, slice: Int, _ body: () throws -> Void) throws {
        let processor = probe_processor_nanoseconds()
        let begin = probe_nanoseconds()
        var now = begin
        var calls = 0
        while Double(now - begin) < seconds * 1e9 {
            for _ in 0..<slice { try body() }
            calls += slice
            now = probe_nanoseconds()
        }
        wall = Double(now - begin) / Double(calls)
        self.processor = Double(probe_processor_nanoseconds() - processor) / Double(calls)
    }
}

/// Nanoseconds of one call of `body`.
func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = probe_nanoseconds()
    try body()
    return Double(probe_nanoseconds() - begin)
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    guard !sorted.isEmpty else { return 0 }
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// How many calls lie between two looks at the clock: some ten microseconds.
func slice(batch: Int, size: Int) -> Int { max(1, 65536 / (batch * size + 256)) }

/// One line of JSON.
func report(_ members: KeyValuePairs<String, Double>) {
    print("{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}")
}

/// The records of a file: bytes that are cut into pieces of equal size.
struct RecordFile {
    let buffer: Buffer
    let size: Int
    let count: Int

    init(_ path: String, size: Int) throws {
        var length: UInt64 = 0
        guard let bytes = unsafe probe_read(path, &length) else {
            throw MeasureError(description: "\(path) cannot be read")
        }
        defer { unsafe free(bytes) }
        buffer = Buffer(capacity: Int(length))
        buffer.write(unsafe Span(_unsafeStart: bytes, count: Int(length)), at: 0)
        self.size = size
        count = Int(length) / size
        guard count > 0 else { throw MeasureError(description: "\(path) is shorter than a record") }
    }

    /// The batch of `rows` records from `first` on, made with `builder`; its values lie where they are.
    func batch(_ first: Int, rows: Int, _ builder: BatchBuilder) -> Batch {
        builder.begin(viewing: buffer)
        for row in first..<(first + rows) { builder.value.appendView((row * size)..<((row + 1) * size)) }
        return builder.finish()
    }

    /// The records in batches of `rows`; what is left over is left out. At most `limit`, from all over the file.
    func batches(of rows: Int, limit: Int = .max) throws -> [Batch] {
        guard rows <= count else { throw MeasureError(description: "there are only \(count) records") }
        let schema = Schema(fields: [])
        let all = count / rows
        return stride(from: 0, to: all, by: (all - 1) / limit + 1).map {
            batch($0 * rows, rows: rows, BatchBuilder(schema: schema))
        }
    }
}

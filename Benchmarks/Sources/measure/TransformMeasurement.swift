internal import PatchbayCore
internal import PatchbayPlugin
internal import probe

/// What a call of a transform costs that makes a number or a value of each record.
struct TransformMeasurement {
    private var transform: TransformProxy
    private let records: RecordFile
    private let batches: [Batch]
    private let rows: Int
    private let builder = BatchBuilder(schema: Schema(fields: []))
    private var output = TransformOutput()
    private var next = 0
    private var read: UInt64 = 0

    init(_ arguments: inout Arguments) throws {
        transform = try Module(try arguments.text()).transform(try arguments.text())
        let path = try arguments.text()
        records = try RecordFile(path, size: try arguments.count())
        rows = try arguments.count()
        batches = try records.batches(of: rows)
    }

    /// Transforms the next batch and reads something of each result.
    @inline(__always)
    private mutating func call(building: Bool) throws {
        let batch = building ? records.batch(next * rows, rows: rows, builder) : batches[next]
        try transform.transform(batch, into: &output)
        for result in output.batches {
            if let numbers = result.fields.first {
                let span = numbers.int64s
                for row in span.indices { read &+= UInt64(bitPattern: span[row]) }
            } else {
                for row in 0..<result.count {
                    let bytes = result.value.bytes(row)
                    read &+= UInt64(bytes[0]) &+ UInt64(bytes[bytes.count - 1])
                }
            }
        }
        next += 1
        if next == batches.count { next = 0 }
    }

    /// - Parameter building: whether each call's batch is made anew of bytes that lie in memory.
    mutating func time(_ seconds: Double, building: Bool) throws {
        let calls = slice(batch: rows, size: records.size)
        _ = try CallTime(over: seconds / 4, slice: calls) { try call(building: building) }
        let time = try CallTime(over: seconds, slice: calls) { try call(building: building) }
        report(["wall_ns": time.wall, "cpu_ns": time.processor, "read": Double(read)])
    }

    /// Transforms all records once; writes values, or numbers of eight bytes, to a file.
    mutating func write(to path: String) throws {
        var bytes = ByteBuffer(capacity: 1 << 20)
        for batch in batches {
            try transform.transform(batch, into: &output)
            for result in output.batches {
                for row in 0..<result.count {
                    guard let numbers = result.fields.first else {
                        bytes.append(result.value.bytes(row))
                        continue
                    }
                    var number = UInt64(bitPattern: numbers.int64s[row])
                    for _ in 0..<8 {
                        bytes.append(UInt8(truncatingIfNeeded: number))
                        number >>= 8
                    }
                }
            }
        }
        let written = bytes.finish()
        let status = unsafe written.span.withUnsafeBufferPointer {
            unsafe probe_write(path, $0.baseAddress, UInt64($0.count))
        }
        guard status == 0 else { throw MeasureError(description: "\(path) cannot be written") }
    }
}

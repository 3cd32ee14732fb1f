/// Makes batches of the selected rows of others. Text and bytes are shared, only fixed-size values are copied.
public struct BatchGatherer {
    private var pool = BufferPool()
    private var rows: [Int32] = []

    /// A gatherer with no memory yet.
    public init() {}

    /// The selected rows of `batch`; the batch itself when all are selected.
    public mutating func gather(_ batch: Batch, _ selection: Selection) -> Batch {
        precondition(selection.count == batch.count)
        rows.removeAll(keepingCapacity: true)
        selection.forEach { rows.append(Int32(truncatingIfNeeded: $0)) }
        if rows.count == batch.count { return batch }
        let key = batch.key.map { gather($0) }
        let value = gather(batch.value)
        let time = batch.time.map { gather($0) }
        var fields: [Column] = []
        fields.reserveCapacity(batch.fields.count)
        for column in batch.fields { fields.append(gather(column)) }
        return Batch(
            schema: batch.schema,
            count: rows.count,
            key: key,
            value: value,
            time: time,
            fields: fields,
            origin: batch.origin
        )
    }

    /// The rows `taken` of `column`, in that order. Traps when one of them does not exist.
    public mutating func gather(_ column: Column, at taken: [Int32]) -> Column {
        rows = taken
        return gather(column)
    }

    private mutating func gather(_ column: Column) -> Column {
        let validity = column.mayHaveNulls ? gatherBits { column.isValid($0) } : nil
        switch column.type {
        case .int64, .timestamp:
            return Column(
                type: column.type,
                count: rows.count,
                validity: validity,
                values: gather(column.int64s)
            )
        case .float64:
            return Column(type: .float64, count: rows.count, validity: validity, values: gather(column.float64s))
        case .bool:
            let bits = gatherBits { column.bool($0) }
            return Column(type: .bool, count: rows.count, validity: validity, values: bits)
        case .word:
            return Column(
                type: .word,
                count: rows.count,
                validity: validity,
                values: gather(column.indices),
                words: column.words,
                hasOverflowed: column.hasOverflowed
            )
        case .utf8, .binary, .json, .map:
            let starts = pool.take(capacity: rows.count * 4)
            let ends = pool.take(capacity: rows.count * 4)
            for index in 0..<rows.count {
                starts.store(Int32(truncatingIfNeeded: column.start(Int(rows[index]))), at: index)
                ends.store(Int32(truncatingIfNeeded: column.end(Int(rows[index]))), at: index)
            }
            return Column(
                type: column.type,
                count: rows.count,
                validity: validity,
                values: starts,
                ends: ends,
                data: column.data,
                entries: column.entries,
                hasOverflowed: column.hasOverflowed
            )
        }
    }

    private mutating func gather<T: BitwiseCopyable>(_ source: Span<T>) -> Buffer {
        let target = pool.take(capacity: rows.count * MemoryLayout<T>.stride)
        for index in 0..<rows.count { target.store(source[Int(rows[index])], at: index) }
        return target
    }

    private mutating func gatherBits(_ bit: (Int) -> Bool) -> Buffer {
        let target = pool.take(capacity: rows.count / 8 + 1)
        target.fill(0, at: 0, count: rows.count / 8 + 1)
        for index in 0..<rows.count where bit(Int(rows[index])) {
            target.store(target.load(index >> 3, as: UInt8.self) | 1 << UInt8(index & 7), at: index >> 3)
        }
        return target
    }
}

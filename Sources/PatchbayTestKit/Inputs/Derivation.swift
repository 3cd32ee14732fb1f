internal import PatchbayCore

/// Which rows of a batch a derived one has, and the batch.
struct DerivedBatch {
    let name: String
    let batch: Batch
    /// Row of the original for each row.
    let rows: [Int]
}

extension Batch {
    /// The same records in other memory layouts: slices at odd rows, gathered rows, slices of gathered rows.
    func derived() -> [DerivedBatch] {
        var made = [DerivedBatch(name: "whole", batch: self, rows: Array(0..<count))]
        made.append(DerivedBatch(name: "empty slice", batch: slice(0..<0), rows: []))
        guard count > 1 else { return made }
        let odd = min(3, count - 1)
        made.append(DerivedBatch(name: "slice", batch: slice(odd..<count), rows: Array(odd..<count)))
        made.append(DerivedBatch(name: "last row", batch: slice(count - 1..<count), rows: [count - 1]))
        var gatherer = BatchGatherer()
        var selection = Selection(count: count, all: false)
        selection.fill { $0 % 3 != 1 }
        let kept = (0..<count).filter { $0 % 3 != 1 }
        let gathered = gatherer.gather(self, selection)
        made.append(DerivedBatch(name: "gathered rows", batch: gathered, rows: kept))
        if kept.count > 2 {
            made.append(
                DerivedBatch(
                    name: "slice of gathered rows", batch: gathered.slice(1..<kept.count - 1),
                    rows: Array(kept[1..<kept.count - 1])))
        }
        return made
    }

    /// The batch in consecutive slices of at most `size` rows, at least one of them.
    func split(_ size: Int) -> [Batch] {
        guard count > 0 else { return [self] }
        return stride(from: 0, to: count, by: size).map { slice($0..<min(count, $0 + size)) }
    }

    /// The same records under a schema with one more field in front and the old ones the other way round, so that a
    /// plugin that kept the places of its columns is found out.
    func rearranged() -> Batch {
        let builder = ColumnBuilder(Field("added_by_trial", .int64))
        builder.begin(viewing: nil)
        for row in 0..<count { builder.append(int64: Int64(row)) }
        return Batch(
            schema: schema.rearranged(), count: count, key: key, value: value, time: time,
            fields: [builder.finish()] + fields.reversed(), origin: origin)
    }
}

extension Schema {
    /// See ``Batch/rearranged()``.
    func rearranged() -> Schema { replacing(fields: [Field("added_by_trial", .int64)] + fields.reversed()) }
}

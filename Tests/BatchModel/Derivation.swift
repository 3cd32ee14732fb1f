public import PatchbayCore

/// A slice of a slice, gathered rows, a slice of gathered rows, or the batch itself, with the model that belongs to it.
public func derive(
    _ batch: Batch,
    _ records: [ModelRecord],
    _ gatherer: inout BatchGatherer,
    _ random: inout SeededRandom
) -> (Batch, [ModelRecord]) {
    var result = (batch, records)
    for _ in 0..<random.below(4) {
        let count = result.0.count
        if random.once(in: 2) {
            let start = random.below(count + 1)
            let range = start..<start + random.below(count - start + 1)
            result = (result.0.slice(range), Array(result.1[range]))
        } else {
            var selection = Selection(count: count, all: false)
            let odds = 1 + random.below(4)
            var picks: [Bool] = []
            for _ in 0..<count { picks.append(random.once(in: odds)) }
            selection.fill { picks[$0] }
            let kept = result.1.indices.filter { picks[$0] }.map { result.1[$0] }
            result = (gatherer.gather(result.0, selection), kept)
        }
    }
    return result
}

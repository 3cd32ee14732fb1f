internal import PatchbayCore

/// A record or a region of one input, in a form that can be compared.
struct Event: Equatable {
    var position: UInt64
    var length: UInt64
    /// Why the bytes were skipped; nil for a record.
    var reason: SkipReason?
    /// The time and the fields of a record.
    var values: [Value] = []
}

/// What came out of a parser, in the order of the input.
struct EventLog {
    private(set) var events: [Event] = []

    /// Adds what one call made; says how much that was.
    mutating func append(_ batch: Batch?, _ regions: [SkippedRegion]) -> Int {
        guard let batch else {
            for region in regions { skip(region) }
            return regions.count
        }
        let made = batch.count + regions.count
        var regions = regions[...]
        for row in 0..<batch.count {
            guard let position = batch.position(of: row) else {
                fatalError("the value of a record is not a view of the input")
            }
            while let region = regions.first, region.position < position { skip(regions.removeFirst()) }
            // Not copied: a builder that writes into memory which a batch still shows is found out.
            var values = batch.fields.map { $0.value(row) }
            if let time = batch.time { values.append(time.value(row)) }
            let length = UInt64(batch.value.end(row) - batch.value.start(row))
            events.append(Event(position: position, length: length, values: values))
        }
        for region in regions { skip(region) }
        return made
    }

    /// Adds a region; one that continues the region before it for the same reason is the same region.
    mutating func skip(position: UInt64, length: Int, reason: SkipReason) {
        skip(SkippedRegion(position: position, length: UInt64(length), reason: reason))
    }

    private mutating func skip(_ region: SkippedRegion) {
        if let last = events.last, last.reason == region.reason, last.reason != nil,
            last.position + last.length == region.position
        {
            events[events.count - 1].length += region.length
        } else {
            events.append(Event(position: region.position, length: region.length, reason: region.reason))
        }
    }
}

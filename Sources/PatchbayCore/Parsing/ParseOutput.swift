/// Where a parser puts records and the regions it could make nothing of.
public final class ParseOutput {
    /// Collects the records. The value column gets each record's original bytes.
    public let builder: BatchBuilder
    /// Regions of the input that became no record, in order.
    public private(set) var skipped: [SkippedRegion] = []
    /// A parser stops when the batch has this many records and reports what it consumed so far.
    public var recordLimit: Int

    /// An output for batches of `schema`.
    public init(schema: Schema, recordLimit: Int = 16_384) {
        builder = BatchBuilder(schema: schema)
        self.recordLimit = recordLimit
    }

    /// Room for more records in this batch.
    public var remaining: Int { max(0, recordLimit - builder.count) }

    /// Reports a region that became no record; one that continues the last region with the same reason is added to it.
    public func skip(position: UInt64, length: Int, reason: SkipReason) {
        guard length > 0 else { return }
        if let last = skipped.indices.last, skipped[last].reason == reason,
            skipped[last].position &+ skipped[last].length == position
        {
            skipped[last].length &+= UInt64(length)
        } else {
            skipped.append(SkippedRegion(position: position, length: UInt64(length), reason: reason))
        }
    }

    /// Starts over for the next call.
    public func begin(_ input: ParseInput, part: String) {
        skipped.removeAll(keepingCapacity: true)
        // The origin is the position of byte 0 of the buffer. A chunk that starts with carried-over bytes begins
        // before them, so the difference cannot be negative for a well-formed input.
        builder.begin(
            viewing: input.buffer,
            origin: Origin(part: part, position: input.position &- UInt64(input.start))
        )
    }
}

/// What one stage did with every byte and record it was given.
public struct StageAccount: Sendable {
    /// Records and bytes that were skipped for one reason.
    public struct Skipped: Sendable {
        /// Why.
        public let reason: SkipReason
        /// How many records; for a parser, how many regions.
        public var records: UInt64
        /// How many bytes, where the stage reads bytes.
        public var bytes: UInt64
    }

    /// The stage's name in the pipeline.
    public let stage: String
    /// The stages whose output it reads; their outputs add up to its input.
    public let inputs: [String]

    /// Bytes that a source delivered.
    public var bytesOut: UInt64 = 0
    /// Bytes that a parser was given.
    public var bytesIn: UInt64 = 0
    /// Bytes of a parser's input that became records, with their separators.
    public var bytesParsed: UInt64 = 0
    /// Bytes that were read and not parsed when the run was stopped.
    public var bytesPending: UInt64 = 0

    /// Records that came in.
    public var recordsIn: UInt64 = 0
    /// Records that a stage made: parsed, split off, aggregated.
    public var created: UInt64 = 0
    /// Records handed on; for a sink, written.
    public var recordsOut: UInt64 = 0
    /// Records that a filter took out on purpose, or an aggregate took in.
    public var filtered: UInt64 = 0
    /// Records that went to the dead-letter file.
    public var deadLettered: UInt64 = 0
    /// Records taken and not finished when the run was stopped.
    public var pending: UInt64 = 0
    /// What was left out, by reason.
    public private(set) var skipped: [Skipped] = []

    /// An empty account.
    public init(stage: String, inputs: [String] = []) {
        self.stage = stage
        self.inputs = inputs
    }

    /// Notes that records, bytes, or both were left out.
    public mutating func skip(_ reason: SkipReason, records: UInt64 = 0, bytes: UInt64 = 0) {
        if let index = skipped.firstIndex(where: { $0.reason == reason }) {
            skipped[index].records = saturatingSum(skipped[index].records, records)
            skipped[index].bytes = saturatingSum(skipped[index].bytes, bytes)
        } else {
            skipped.append(Skipped(reason: reason, records: records, bytes: bytes))
        }
    }

    /// Records left out by a stage that reads records.
    public var skippedRecords: UInt64 { skipped.reduce(0) { saturatingSum($0, $1.records) } }
    /// Bytes left out.
    public var skippedBytes: UInt64 { skipped.reduce(0) { saturatingSum($0, $1.bytes) } }

    /// Adds what another worker's instance of the same stage did.
    public mutating func add(_ other: StageAccount) {
        bytesOut = saturatingSum(bytesOut, other.bytesOut)
        bytesIn = saturatingSum(bytesIn, other.bytesIn)
        bytesParsed = saturatingSum(bytesParsed, other.bytesParsed)
        bytesPending = saturatingSum(bytesPending, other.bytesPending)
        recordsIn = saturatingSum(recordsIn, other.recordsIn)
        created = saturatingSum(created, other.created)
        recordsOut = saturatingSum(recordsOut, other.recordsOut)
        filtered = saturatingSum(filtered, other.filtered)
        deadLettered = saturatingSum(deadLettered, other.deadLettered)
        pending = saturatingSum(pending, other.pending)
        for entry in other.skipped { skip(entry.reason, records: entry.records, bytes: entry.bytes) }
    }
}

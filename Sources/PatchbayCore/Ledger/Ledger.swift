/// The account of every byte and record of a run: in = out + filtered + skipped + dead-lettered + pending, per stage
/// and from stage to stage.
public struct Ledger: Sendable {
    /// One account per stage, in the order of the pipeline.
    public var accounts: [StageAccount]

    /// A ledger of these accounts.
    public init(accounts: [StageAccount] = []) {
        self.accounts = accounts
    }

    /// A sum that does not come out.
    public struct Imbalance: Sendable {
        /// The stage.
        public let stage: String
        /// What was added up.
        public let unit: Unit
        /// What came in.
        public let came: UInt64
        /// What was accounted for.
        public let accounted: UInt64
    }

    /// What an imbalance counts.
    public enum Unit: String, Sendable {
        /// Bytes inside a stage.
        case bytes
        /// Records inside a stage.
        case records
        /// Bytes between stages.
        case bytesBetweenStages = "bytes between stages"
        /// Records between stages.
        case recordsBetweenStages = "records between stages"
    }

    /// Every sum that does not come out; empty when the run lost nothing.
    public var imbalances: [Imbalance] {
        var found: [Imbalance] = []
        func compare(_ stage: String, _ unit: Unit, _ came: UInt64, _ accounted: UInt64) {
            if came != accounted {
                found.append(Imbalance(stage: stage, unit: unit, came: came, accounted: accounted))
            }
        }
        for account in accounts {
            compare(
                account.stage,
                .bytes,
                account.bytesIn,
                saturatingSum(account.bytesParsed, account.skippedBytes, account.bytesPending)
            )
            let isParser = account.bytesIn > 0
            let skippedRecords = isParser ? 0 : account.skippedRecords
            compare(
                account.stage,
                .records,
                saturatingSum(account.recordsIn, account.created),
                saturatingSum(
                    account.recordsOut,
                    account.filtered,
                    skippedRecords,
                    account.deadLettered,
                    account.pending
                )
            )
            let feeding = accounts.filter { feeder in
                account.inputs.contains { $0.utf8.elementsEqual(feeder.stage.utf8) }
            }
            guard !feeding.isEmpty else { continue }
            compare(
                account.stage,
                .recordsBetweenStages,
                feeding.reduce(0) { saturatingSum($0, $1.recordsOut) },
                account.recordsIn
            )
            compare(
                account.stage, .bytesBetweenStages, feeding.reduce(0) { saturatingSum($0, $1.bytesOut) },
                account.bytesIn)
        }
        return found
    }
}

/// A sum that stays at the largest number instead of trapping: counts may come from a plugin that lies.
func saturatingSum(_ terms: UInt64...) -> UInt64 {
    var total: UInt64 = 0
    for term in terms {
        let (sum, overflow) = total.addingReportingOverflow(term)
        total = overflow ? .max : sum
    }
    return total
}

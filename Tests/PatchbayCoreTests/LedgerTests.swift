import PatchbayCore
import Testing

/// A run that lost nothing: a file, a parser, a filter and a sink.
private func balanced() -> Ledger {
    var source = StageAccount(stage: "file")
    source.bytesOut = 1000
    var parser = StageAccount(stage: "dlt", inputs: ["file"])
    parser.bytesIn = 1000
    parser.bytesParsed = 900
    parser.bytesPending = 40
    parser.skip(.damage, records: 2, bytes: 50)
    parser.skip(.truncated, records: 1, bytes: 10)
    parser.created = 30
    parser.recordsOut = 30
    var filter = StageAccount(stage: "where", inputs: ["dlt"])
    filter.recordsIn = 30
    filter.recordsOut = 20
    filter.filtered = 7
    filter.deadLettered = 1
    filter.pending = 1
    filter.skip(.failed, records: 1)
    var sink = StageAccount(stage: "out", inputs: ["where"])
    sink.recordsIn = 20
    sink.recordsOut = 20
    return Ledger(accounts: [source, parser, filter, sink])
}

@Test func aLedgerThatLostNothingBalances() {
    #expect(balanced().imbalances.isEmpty)
    #expect(Ledger().imbalances.isEmpty)
}

@Test func everyLossIsFound() {
    typealias Change = (inout Ledger) -> Void
    let changes: [(String, Ledger.Unit, Change)] = [
        ("dlt", .bytes, { $0.accounts[1].bytesParsed -= 1 }),
        ("dlt", .bytes, { $0.accounts[1].bytesPending += 1 }),
        ("dlt", .bytes, { $0.accounts[1].skip(.blank, bytes: 1) }),
        ("dlt", .records, { $0.accounts[1].created += 1 }),
        ("dlt", .bytesBetweenStages, { $0.accounts[0].bytesOut += 1 }),
        ("where", .records, { $0.accounts[2].filtered -= 1 }),
        ("where", .records, { $0.accounts[2].deadLettered += 1 }),
        ("where", .records, { $0.accounts[2].pending = 0 }),
        ("where", .records, { $0.accounts[2].skip(.failed, records: 1) }),
        (
            "where", .recordsBetweenStages,
            {
                $0.accounts[1].recordsOut += 1; $0.accounts[1].created += 1
            }
        ),
        ("out", .records, { $0.accounts[3].recordsOut -= 1 }),
        (
            "out", .recordsBetweenStages,
            {
                $0.accounts[2].recordsOut -= 1; $0.accounts[2].filtered += 1
            }
        ),
        (
            "out", .recordsBetweenStages,
            {
                $0.accounts[3].recordsIn += 1; $0.accounts[3].recordsOut += 1
            }
        ),
    ]
    for (stage, unit, change) in changes {
        var ledger = balanced()
        change(&ledger)
        let found = ledger.imbalances
        #expect(
            found.count == 1 && found.first?.stage == stage && found.first?.unit == unit, "\(stage) \(unit): \(found)")
        #expect(found.first.map { $0.came != $0.accounted } == true)
    }
}

@Test func countsThatLieDoNotTrap() {
    var ledger = balanced()
    ledger.accounts[2].filtered = .max
    ledger.accounts[1].skip(.damage, bytes: .max)
    ledger.accounts[1].add(ledger.accounts[1])
    #expect(ledger.imbalances.contains { $0.stage == "where" && $0.accounted == .max })
}

@Test func mergedInputsAddUp() {
    var left = StageAccount(stage: "a")
    var right = StageAccount(stage: "b")
    (left.created, left.recordsOut, right.created, right.recordsOut) = (3, 3, 4, 4)
    var sink = StageAccount(stage: "s", inputs: ["a", "b"])
    (sink.recordsIn, sink.recordsOut) = (7, 7)
    #expect(Ledger(accounts: [left, right, sink]).imbalances.isEmpty)
    sink.recordsIn = 4
    sink.recordsOut = 4
    #expect(Ledger(accounts: [left, right, sink]).imbalances.count == 1)
}

@Test func accountsOfWorkersAddUp() {
    var sum = StageAccount(stage: "x")
    for worker in UInt64(1)...3 {
        var part = StageAccount(stage: "x")
        part.bytesOut = worker
        part.bytesIn = worker
        part.bytesParsed = worker
        part.bytesPending = worker
        part.recordsIn = worker
        part.created = worker
        part.recordsOut = worker
        part.filtered = worker
        part.deadLettered = worker
        part.pending = worker
        part.skip(.invalid, records: worker, bytes: 2 * worker)
        sum.add(part)
    }
    let totals = [
        sum.bytesOut, sum.bytesIn, sum.bytesParsed, sum.bytesPending, sum.recordsIn, sum.created, sum.recordsOut,
        sum.filtered, sum.deadLettered, sum.pending, sum.skippedRecords,
    ]
    #expect(totals == Array(repeating: 6, count: 11) && sum.skippedBytes == 12 && sum.skipped.count == 1)
}

@Test func regionsThatTouchAreMerged() {
    let output = ParseOutput(schema: Schema(fields: []))
    output.skip(position: 10, length: 5, reason: .damage)
    output.skip(position: 15, length: 5, reason: .damage)
    output.skip(position: 20, length: 5, reason: .truncated)
    output.skip(position: 26, length: 4, reason: .truncated)
    output.skip(position: 30, length: 0, reason: .blank)
    output.skip(position: 30, length: -3, reason: .blank)
    #expect(output.skipped.map(\.position) == [10, 20, 26] && output.skipped.map(\.length) == [10, 5, 4])
    output.skip(position: .max, length: 9, reason: .invalid)
    output.skip(position: 8, length: .max, reason: .invalid)
    #expect(output.skipped.count == 4 && output.skipped[3].length == 9 + UInt64(Int.max))
    let input = Bytes("abc")
    output.begin(
        ParseInput(buffer: input.buffer, start: 1, end: 3, position: 7, isLast: true),
        part: "p"
    )
    #expect(output.skipped.isEmpty && output.remaining == 16_384)
    output.builder.value.appendView(1..<3)
    #expect(output.builder.finish().position(of: 0) == 7 && output.remaining == 16_383)
}

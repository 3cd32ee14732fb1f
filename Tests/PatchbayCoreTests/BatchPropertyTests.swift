import BatchModel
@testable import PatchbayCore
import Testing

/// A batch that is kept alive, with what it must show as long as it lives.
private struct Kept {
    let batch: Batch
    let records: [ModelRecord]
}

@Test(arguments: 0..<6) func batchesNeverChangeWhileTheirBuilderGoesOn(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed) &+ 1000)
    var gatherer = BatchGatherer()
    var makers: [BatchMaker] = [BatchMaker(schema: BatchMaker.allTypes)]
    for _ in 0..<2 { makers.append(BatchMaker(schema: BatchMaker.randomSchema(&random))) }
    var alive: [Kept] = []
    for round in 0..<350 {
        let maker = makers[random.below(makers.count)]
        let rows = random.once(in: 40) ? random.below(900) : random.below(40)
        let (batch, records) = maker.make(&random, rows: rows)
        if let text = batch.difference(from: records) { Issue.record("seed \(seed) round \(round): \(text)") }
        let (derived, kept) = derive(batch, records, &gatherer, &random)
        if let text = derived.difference(from: kept) { Issue.record("seed \(seed) round \(round), derived: \(text)") }
        alive.append(Kept(batch: derived, records: kept))
        if random.once(in: 3) { alive.append(Kept(batch: batch, records: records)) }
        while alive.count > 6 { alive.remove(at: random.below(alive.count)) }
        let old = alive[random.below(alive.count)]
        if let text = old.batch.difference(from: old.records) {
            Issue.record("seed \(seed) round \(round), old: \(text)")
        }
    }
    for old in alive {
        if let text = old.batch.difference(from: old.records) { Issue.record("seed \(seed), last: \(text)") }
    }
}

@Test func positionsFollowTheInput() {
    let input = Bytes("aa bb cc")
    let builder = BatchBuilder(schema: Schema(fields: []))
    builder.begin(viewing: input.buffer, origin: Origin(part: "p", position: 50))
    for start in [0, 3, 6] { builder.value.appendView(start..<start + 2) }
    let batch = builder.finish()
    var selection = Selection(count: 3, all: true)
    selection[1] = false
    var gatherer = BatchGatherer()
    let gathered = gatherer.gather(batch, selection).slice(1..<2)
    #expect(gathered.position(of: 0) == 56 && gathered.value.sharedBytes(0)?.text == "cc")
    // A copy among views moves all values to own memory: positions are then unknown, the part is not.
    builder.begin(viewing: input.buffer, origin: Origin(part: "p", position: 50))
    builder.value.appendView(0..<2)
    builder.value.append(copying: Bytes("zz").span)
    builder.value.appendView(3..<5)
    let mixed = builder.finish()
    #expect(mixed.position(of: 0) == nil && mixed.origin?.part == "p")
    #expect((0..<3).map { mixed.value.sharedBytes($0)?.text } == ["aa", "zz", "bb"])
}

@Test func incompleteRecordsAreLeftOut() {
    let schema = Schema(fields: [Field("t", .utf8), Field("m", .map(json: false)), Field("n", .int64)])
    let builder = BatchBuilder(schema: schema)
    builder.begin()
    builder.fields[0].append(copying: Bytes("one").span)
    builder.fields[1].appendNull()
    builder.fields[2].appendNull()
    builder.value.append(copying: Bytes("1").span)
    // A parser that failed in the middle of its second record.
    builder.fields[0].append(copying: Bytes("two").span)
    builder.fields[1].mapBuilders?.keys.append(copying: Bytes("k").span)
    builder.fields[1].mapBuilders?.values.append(copying: Bytes("v").span)
    builder.fields[2].appendNull()
    builder.discardIncomplete()
    builder.fields[0].append(copying: Bytes("three").span)
    builder.fields[1].mapBuilders?.keys.append(copying: Bytes("x").span)
    builder.fields[1].mapBuilders?.values.append(copying: Bytes("y").span)
    builder.fields[1].endMap()
    builder.fields[2].append(int64: 3)
    builder.value.append(copying: Bytes("3").span)
    // And one more that was not taken back before the end.
    builder.fields[0].append(copying: Bytes("four").span)
    let batch = builder.finish()
    #expect(batch.count == 2 && batch.fields.map(\.count) == [2, 2, 2])
    #expect(batch[0]["t"].text == "one" && batch[1]["t"].text == "three")
    #expect(batch[0]["n"] == .null && batch[1]["n"] == .int64(3))
    #expect(batch[1]["m"] == .map([Value.Entry((.utf8(Bytes("x")), .utf8(Bytes("y"))))]))
}

@Test func bytesBeyondTheOffsetsBecomeATypedError() {
    // The limit is 2 GiB; it is lowered here so that the test needs no such memory.
    let input = Bytes("0123456789abcdefghij")
    let schema = Schema(fields: [Field("copied", .utf8), Field("shown", .utf8), Field("word", .word)])
    for kind in 0..<4 {
        let builder = BatchBuilder(schema: schema)
        builder.begin(viewing: input.buffer)
        for column in builder.fields { column.byteLimit = 12 }
        for row in 0..<3 {
            switch kind {
            case 0: builder.fields[0].append(copying: Bytes("0123456789").span)
            case 1: builder.fields[0].append { $0.append(literal: "0123456789") }
            case 2: builder.fields[1].appendView(row * 5..<row * 5 + 5)
            default:
                builder.fields[1].appendView(0..<10)
                if row == 1 { builder.fields[1].append(copying: Bytes("x").span) }
            }
            builder.value.append(copying: Bytes("v").span)
        }
        let batch = builder.finish()
        #expect(batch.count == 3)
        let overflow = batch.overflow
        if kind == 2 {
            // Views whose positions are out of reach are copied; only then the sum counts.
            #expect(overflow?.column == "shown")
        } else {
            #expect(overflow?.code == .columnTooLarge)
            #expect(overflow?.column == (kind < 2 ? "copied" : "shown"))
        }
        #expect(batch.slice(0..<1).overflow != nil, "the mark travels with slices")
        var selection = Selection(count: 3, all: true)
        selection[0] = false
        var gatherer = BatchGatherer()
        #expect(gatherer.gather(batch, selection).overflow != nil, "and with gathered rows")
        // Every value can still be read, and the next batch is in order.
        for row in 0..<3 { for field in batch.fields { _ = field.value(row) } }
        builder.begin(viewing: input.buffer)
        builder.value.append(copying: Bytes("v").span)
        #expect(builder.finish().overflow == nil)
    }
}

@Test func aWordListThatIsFullIsReported() {
    var words = WordListBuilder()
    words.byteLimit = 6
    let results = ["abc", "def", "g", "abc"].map { words.index(of: Bytes($0).span) }
    #expect(results == [0, 1, -1, 0])
}

@Test func growthAfterLongTextKeepsEveryRow() {
    // The pool may answer a small request with a large buffer: validity and ends must still cover all rows.
    let column = ColumnBuilder(Field("t", .utf8))
    for round in 0..<6 {
        column.begin(viewing: nil)
        column.append(copying: Bytes(String(repeating: "x", count: 70_000)).span)
        column.appendNull()
        for row in 0..<5000 {
            if row % 700 == 3 { column.appendNull() } else { column.append(copying: Bytes("r\(row)").span) }
        }
        let finished = column.finish()
        #expect(finished.count == 5002 && finished.nullCount == 1 + 8, "round \(round)")
        #expect(finished.sharedBytes(5001)?.text == "r4999")
    }
}

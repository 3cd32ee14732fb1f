import BatchModel
@testable import PatchbayCore
import Testing

/// What a reader shows is what the columns hold, in batches that were cut, filtered and put together at random.
@Test(arguments: 0..<4) func rowsReadAsTheirColumns(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed) &+ 4000)
    var gatherer = BatchGatherer()
    let maker = BatchMaker(schema: BatchMaker.allTypes)
    let references: [ColumnReference] =
        [.key, .value, .time] + BatchMaker.allTypes.fields.indices.map { ColumnReference.field($0) }
    for round in 0..<60 {
        let (made, records) = maker.make(&random, rows: random.below(90))
        let (batch, _) = derive(made, records, &gatherer, &random)
        let rows = RowReader(batch, references)
        for (number, reference) in references.enumerated() {
            let column = batch.column(reference)
            for row in 0..<batch.count where shown(rows, number, row) != column.value(row) {
                Issue.record("seed \(seed) round \(round) column \(number) row \(row)")
            }
        }
    }
}

private func shown(_ rows: borrowing RowReader, _ column: Int, _ row: Int) -> Value {
    guard rows.isValid(column, row) else { return .null }
    switch rows.type(column) {
    case .int64: return .int64(rows.int64(column, row))
    case .timestamp: return .timestamp(rows.int64(column, row))
    case .float64: return .float64(rows.float64(column, row))
    case .bool: return .bool(rows.bool(column, row))
    case .utf8, .word: return .utf8(bytes(rows, column, row))
    case .json: return .json(bytes(rows, column, row))
    case .binary: return .binary(bytes(rows, column, row))
    case .map:
        var entries: [Value.Entry] = []
        for entry in rows.entries(column, row) {
            entries.append(
                Value.Entry((shown(rows, rows.keys(column), entry), shown(rows, rows.values(column), entry))))
        }
        return .map(entries)
    }
}

private func bytes(_ rows: borrowing RowReader, _ column: Int, _ row: Int) -> Bytes {
    var copy = ByteBuffer()
    rows.append(column, row, to: &copy)
    let shown = rows.bytes(column, row)
    let isSame = copy.span.elementsEqual(shown)
    #expect(isSame)
    return Bytes(copying: copy.span)
}

/// Every number of digits, and both sides of every power of ten.
@Test func decimalNumbersAreThoseOfTheStandardLibrary() {
    var random = SeededRandom(seed: 5)
    var numbers: [UInt64] = [0, .max, .max - 1]
    var power: UInt64 = 1
    for _ in 0..<19 {
        power *= 10
        numbers += [power - 1, power, power + 1, random.next() % power]
    }
    numbers += (0..<2000).map { _ in random.next() >> UInt64(random.below(64)) }
    for number in numbers {
        for (width, fill) in [(1, UInt8(ascii: "0")), (3, UInt8(ascii: "0")), (10, UInt8(ascii: " ")), (25, 0x30)] {
            var text = ByteBuffer()
            text.append(decimal: number, width: width, fill: fill)
            let digits = String(number)
            let filled = String(repeating: fill == 0x30 ? "0" : " ", count: max(0, width - digits.count)) + digits
            #expect(String(decoding: text.span) == filled)
        }
    }
}

@Test func hexadecimalBytesHaveTheirSeparators() {
    let all = Array(UInt8.min...UInt8.max)
    let bytes = Bytes(copying: all.span)
    for range in [0..<0, 0..<1, 9..<11, 0..<256] {
        var plain = ByteBuffer()
        var spaced = ByteBuffer()
        plain.append(hexadecimal: bytes.buffer, range)
        spaced.append(hexadecimal: bytes.buffer, range, separator: UInt8(ascii: " "))
        let pairs = range.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(String(decoding: plain.span) == pairs.joined())
        #expect(String(decoding: spaced.span) == pairs.joined(separator: " "))
    }
}

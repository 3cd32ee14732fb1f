import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct FilterTests {
    private static let schema = Schema(fields: [
        Field("level", .word, order: ["error", "warn", "info"]), Field("n", .int64),
    ])

    private static func batch(_ rows: Int) -> Batch {
        let builder = BatchBuilder(schema: schema)
        for row in 0..<rows {
            builder.fields[0].append(word: Bytes(["error", "warn", "info"][row % 3]).span)
            builder.fields[1].append(int64: Int64(row))
            builder.value.append(copying: Bytes("record \(row)").span)
        }
        return builder.finish()
    }

    private static func kept(_ filter: inout some FilterPlugin, _ batch: Batch) throws -> [Int] {
        var selection = Selection(count: batch.count, all: true)
        try filter.filter(batch, into: &selection)
        var rows: [Int] = []
        selection.forEach { rows.append($0) }
        return rows
    }

    @Test func whereKeepsWhatTheExpressionSays() throws {
        var filter = try make(WhereFilter.self, "level <= 'warn' and n > 3")
        #expect(filter.wanted.names == ["level", "n"])
        try filter.bind(Self.schema)
        #expect(try Self.kept(&filter, Self.batch(9)) == [4, 6, 7])
        try filter.bind(Self.schema)
        #expect(try Self.kept(&filter, Self.batch(0)) == [])
    }

    @Test func whereNamesThePlaceInTheConfiguration() throws {
        let position = ConfigPosition(file: "p.yaml", line: 4, column: 9)
        let options = ConfigNode(.string("level <= 'warm'"), at: position)
        var filter = try make(WhereFilter.self, options)
        let error = try #require(failure { try filter.bind(Self.schema) })
        #expect(error.configuration == position)
        #expect(error.advice?.hasPrefix("did you mean 'warn'?") == true)
        #expect(error.excerpt == "    level <= 'warm'\n             ^~~~~~")
        #expect(failure { _ = try make(WhereFilter.self, ConfigNode(.string("level <"), at: position)) } != nil)
        #expect(failure { _ = try make(WhereFilter.self, [:]) } != nil)
    }

    @Test func headCountsOverBatches() throws {
        var filter = try make(HeadFilter.self, 5)
        try filter.bind(Self.schema)
        #expect(try Self.kept(&filter, Self.batch(3)) == [0, 1, 2])
        #expect(!filter.isSaturated)
        #expect(try Self.kept(&filter, Self.batch(3)) == [0, 1])
        #expect(filter.isSaturated)
        #expect(try Self.kept(&filter, Self.batch(3)) == [])
        #expect(try make(HeadFilter.self, 0).isSaturated)
        #expect(failure { _ = try make(HeadFilter.self, -1) } != nil)
        var all = try make(HeadFilter.self, ["count": ConfigNode(.integer(.max))])
        #expect(try Self.kept(&all, Self.batch(200)).count == 200)
    }

    @Test func sampleTakesEveryNth() throws {
        var filter = try make(SampleFilter.self, 4)
        try filter.bind(Self.schema)
        #expect(filter.wanted == .none)
        #expect(try Self.kept(&filter, Self.batch(6)) == [0, 4])
        #expect(try Self.kept(&filter, Self.batch(6)) == [2])
        #expect(try Self.kept(&filter, Self.batch(5)) == [0, 4])
        var rare = try make(SampleFilter.self, ["every": ConfigNode(.integer(.max))])
        #expect(try Self.kept(&rare, Self.batch(70)) == [0])
        #expect(try Self.kept(&rare, Self.batch(70)) == [])
    }

    @Test func sampleByRatioDependsOnContentAlone() throws {
        var filter = try make(SampleFilter.self, ["ratio": 0.25])
        try filter.bind(Self.schema)
        let batch = Self.batch(4_000)
        let rows = try Self.kept(&filter, batch)
        #expect((850...1_150).contains(rows.count))
        #expect(try Self.kept(&filter, batch) == rows)
        #expect(
            try Self.kept(&filter, batch.slice(1_000..<2_000)) == rows.filter { 1_000..<2_000 ~= $0 }.map { $0 - 1_000 }
        )
        var other = try make(SampleFilter.self, ["ratio": 0.25, "seed": 1])
        try other.bind(Self.schema)
        #expect(try Self.kept(&other, batch) != rows)
        var byLevel = try make(SampleFilter.self, ["ratio": 0.5, "by": "level"])
        try byLevel.bind(Self.schema)
        let levels = Set(try Self.kept(&byLevel, batch).map { $0 % 3 })
        #expect(try Self.kept(&byLevel, batch) == (0..<4_000).filter { levels.contains($0 % 3) })
    }

    @Test func sampleAtTheEndsOfItsRange() throws {
        for (ratio, count) in [(0.0, 0), (1.0, 500)] {
            var filter = try make(SampleFilter.self, ["ratio": ConfigNode(.number(ratio))])
            try filter.bind(Self.schema)
            #expect(try Self.kept(&filter, Self.batch(500)).count == count)
        }
        #expect(failure { _ = try make(SampleFilter.self, [:]) } != nil)
        #expect(failure { _ = try make(SampleFilter.self, ["every": 2, "ratio": 0.5]) } != nil)
        #expect(failure { _ = try make(SampleFilter.self, ["every": 0]) } != nil)
        #expect(failure { _ = try make(SampleFilter.self, ["ratio": 1.5]) } != nil)
        var filter = try make(SampleFilter.self, ["ratio": 0.5, "by": "nosuch"])
        #expect(failure { try filter.bind(Self.schema) }?.message.contains("unknown field 'nosuch'") == true)
    }
}

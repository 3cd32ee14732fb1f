import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct AggregateTests {
    private func results(_ options: ConfigNode, _ batches: [Batch], schema: Schema) throws -> [String] {
        var aggregate = try make(RunAggregate.self, options)
        _ = try aggregate.outputSchema(for: schema)
        _ = try aggregate.bind(schema)
        for batch in batches {
            var rejections = Rejections()
            try aggregate.accumulate(batch, rejections: &rejections)
            #expect(rejections.entries.isEmpty)
        }
        return try aggregate.finish().flatMap { rendered($0) }
    }

    private static let schema = Schema(
        fields: [
            Field("level", .word, order: ["error", "warn", "info"]), Field("apid", .word), Field("n", .int64),
            Field("x", .float64),
        ]
    )

    private static func rows() -> Batch {
        makeBatch(
            schema,
            [
                [.text("warn"), .text("B"), .int64(1), .float64(0.5)], [.text("error"), .text("A"), .int64(2), .null],
                [.text("warn"), .text("A"), .null, .float64(1.5)], [.null, .text("A"), .int64(-4), .float64(.nan)],
                [.text("warn"), .text("B"), .int64(7), .float64(2)],
            ]
        )
    }

    @Test func countsByKey() throws {
        #expect(
            try results("level", [Self.rows()], schema: Self.schema) == [
                "level=error count=1", "level=warn count=3", "level=- count=1",
            ],
            "sorted by rank, no value last"
        )
        #expect(
            try results(
                ["by": ["apid", "level"], "order": "appearance"], [Self.rows(), Self.rows()], schema: Self.schema)
                == [
                    "apid=B level=warn count=4", "apid=A level=error count=2", "apid=A level=warn count=2",
                    "apid=A level=- count=2",
                ]
        )
    }

    @Test func functionsOverGroups() throws {
        let compute: ConfigNode = [
            "sum(n)", "min(n)", "max(n)", "mean(n)", "count(n)", "count(level <= 'warn') as bad", "max(n * 2) as peak",
            "sum(x)",
            "min(x)", "mean(x)",
        ]
        #expect(
            try results(["by": "apid", "compute": compute], [Self.rows()], schema: Self.schema) == [
                "apid=A sum_n=-2 min_n=-4 max_n=2 mean_n=-1.0 count_n=2 bad=2 peak=4 sum_x=nan min_x=1.5 mean_x=nan",
                "apid=B sum_n=8 min_n=1 max_n=7 mean_n=4.0 count_n=2 bad=2 peak=14 sum_x=2.5 min_x=0.5 mean_x=1.25",
            ]
        )
    }

    @Test func withoutKeysThereIsOneResult() throws {
        let compute: ConfigNode = ["count as all", "sum(n)", "min(n)"]
        #expect(try results(["compute": compute], [], schema: Self.schema) == ["all=0 sum_n=- min_n=-"])
        #expect(try results(["compute": compute], [Self.rows()], schema: Self.schema) == ["all=5 sum_n=6 min_n=-4"])
        #expect(try results("level", [], schema: Self.schema) == [])
    }

    @Test func sumsAreExactOrAnError() throws {
        let big = makeBatch(
            Self.schema, [[.null, .null, .int64(.max)], [.null, .null, .int64(.max)], [.null, .null, .int64(-5)]])
        let minus = makeBatch(Self.schema, [[.null, .null, .int64(.min)]])
        #expect(try results(["compute": "sum(n)"], [big, minus], schema: Self.schema) == ["sum_n=9223372036854775801"])
        let error = failure { _ = try results(["compute": "sum(n)"], [big], schema: Self.schema) }
        #expect(error?.message == "the sum 'sum_n' does not fit 64 bits")
        #expect(try results(["compute": "mean(n)"], [big], schema: Self.schema) == ["mean_n=6.148914691236517e+18"])
        let small = makeBatch(
            Self.schema,
            [[.null, .null, .null, .float64(1e100)]] + Array(repeating: [.null, .null, .null, .float64(1)], count: 9)
                + [[.null, .null, .null, .float64(-1e100)]])
        #expect(try results(["compute": "sum(x)"], [small], schema: Self.schema) == ["sum_x=9.0"])
    }

    @Test func tooManyGroupsAreRejectedAndTheOthersCounted() throws {
        var aggregate = try make(RunAggregate.self, ["by": "n", "max_groups": 2])
        _ = try aggregate.bind(Self.schema)
        let batch = makeBatch(Self.schema, [1, 2, 3, 1, 4, 2].map { [.null, .null, .int64($0)] })
        var rejections = Rejections()
        try aggregate.accumulate(batch, rejections: &rejections)
        #expect(rejections.entries.map(\.row) == [2, 4])
        #expect(rejections.entries.first?.error.message == "there are more than 2 groups")
        #expect(try aggregate.finish().flatMap { rendered($0) } == ["n=1 count=2", "n=2 count=2"])
    }

    @Test func jsonKeysAndNumbers() throws {
        let schema = Schema(fields: [Field("k", .json), Field("v", .json)], isOpen: true)
        let batch = makeBatch(
            schema,
            [
                [.raw("\"a\""), .raw("1.5")], [.raw("\"a\""), .raw("\"x\"")], [.raw("null"), .raw("2")],
                [.null, .raw("3")],
            ]
        )
        #expect(
            try results(["by": "k", "compute": ["count", "sum(v)"]], [batch], schema: schema) == [
                "k=\"a\" count=2 sum_v=1.5", "k=- count=2 sum_v=5.0",
            ]
        )
    }

    @Test func refusesWhatCannotBe() throws {
        for compute in ["total", "sum", "sum()", "sum(n", "sum(n) as", "sum(n) x", "sum(n * 2)", "cuont", "count)"] {
            #expect(
                failure { _ = try make(RunAggregate.self, ["compute": ConfigNode(.string(compute))]) } != nil,
                "\(compute)")
        }
        #expect(failure { _ = try make(RunAggregate.self, ["compute": ["count", "count"]]) } != nil)
        #expect(failure { _ = try make(RunAggregate.self, ["compute": []]) } != nil)
        for compute in ["sum(level)", "mean(nosuch)", "min(n == 1) as x"] {
            let aggregate = try make(RunAggregate.self, ["compute": ConfigNode(.string(compute))])
            #expect(failure { _ = try aggregate.outputSchema(for: Self.schema) } != nil, "\(compute)")
        }
        let typo = try make(RunAggregate.self, "apidd")
        #expect(failure { _ = try typo.outputSchema(for: Self.schema) }?.advice?.contains("'apid'") == true)
    }

    /// Groups and counts against a dictionary of what the records show.
    @Test(arguments: [
        ["level"], ["apid", "level"], ["js"], ["n", "flag"], ["x"], ["msg", "at", "key"], ["level", "apid", "n"],
    ])
    func groupsEqualThoseOfADictionary(keys: [String]) throws {
        var random = SeededNumbers(UInt64(keys.count) + 7)
        let builders = (0..<3).map { _ in BatchBuilder(schema: Sample.schema) }
        var aggregate = try make(
            RunAggregate.self,
            [
                "by": ConfigNode(.list(keys.map { ConfigNode(.string($0)) })),
                "compute": ["count", "sum(m / 1e18) as s"],
            ])
        _ = try aggregate.bind(Sample.schema)
        var expected: [String: Int] = [:]
        for round in 0..<12 {
            let batch = Sample.batch(builders[round % 3], rows: random.pick([0, 1, 64, 200]), &random)
            var rejections = Rejections()
            try aggregate.accumulate(batch, rejections: &rejections)
            for row in 0..<batch.count {
                let key = keys.map { name in
                    let text = rendered(batch[row][name])
                    return text == "null" ? "-" : text
                }
                expected[key.joined(separator: "|"), default: 0] += 1
            }
        }
        var found: [String: Int] = [:]
        for batch in try aggregate.finish() {
            for row in 0..<batch.count {
                let key = keys.map { rendered(batch[row][$0]) }.joined(separator: "|")
                guard case .int64(let count) = batch[row]["count"] else { continue }
                found[key, default: 0] += Int(count)
            }
        }
        #expect(found == expected)
    }
}

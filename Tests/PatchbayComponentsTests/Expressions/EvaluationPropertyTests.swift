import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Suite struct EvaluationPropertyTests {
    @Test(arguments: 0..<8)
    func vectorisedEqualsRowByRow(seed: Int) throws {
        var random = SeededNumbers(UInt64(seed) + 17)
        var writer = RandomExpression(random: SeededNumbers(UInt64(seed) * 31 + 5))
        let builders = [BatchBuilder(schema: Sample.schema), BatchBuilder(schema: Sample.schema)]
        var gatherer = BatchGatherer()
        var bound = 0
        for _ in 0..<60 {
            let text = writer.condition()
            let expression = try Expression(text)
            guard let condition = try? expression.condition(for: Sample.schema) else { continue }
            bound += 1
            for step in 0..<4 {
                let rows = random.pick([0, 1, 63, 64, 65, 150])
                var batch = Sample.batch(builders[step % 2], rows: rows, &random, nulls: random.pick([0, 0.2, 1]))
                if step == 2, rows > 2 { batch = batch.slice(1..<(rows - 1)) }
                if step == 3 {
                    var kept = Selection(count: rows, all: false)
                    kept.fill { $0 % 3 != 1 }
                    batch = gatherer.gather(batch, kept)
                }
                var selection = Selection(count: batch.count, all: true)
                try condition.narrow(batch, &selection)
                for row in 0..<batch.count {
                    let expected = NaiveInterpreter(batch: batch, row: row).holds(expression.tree)
                    if selection[row] != expected {
                        let values = expression.tree.names.map { "\($0)=\(batch[row][$0])" }
                        Issue.record("\(text) at row \(row): \(selection[row]), expected \(expected); \(values)")
                        return
                    }
                }
            }
        }
        #expect(bound > 40, "most random expressions must be usable, or the test shows nothing")
    }

    @Test func narrowingKeepsRowsOut() throws {
        var random = SeededNumbers(3)
        var writer = RandomExpression(random: SeededNumbers(4))
        let builder = BatchBuilder(schema: Sample.schema)
        for _ in 0..<200 {
            let expression = try Expression(writer.condition())
            guard let condition = try? expression.condition(for: Sample.schema) else { continue }
            let batch = Sample.batch(builder, rows: 130, &random)
            var before = Selection(count: batch.count, all: false)
            before.fill { _ in random.chance(0.3) }
            var after = before
            try condition.narrow(batch, &after)
            for row in 0..<batch.count where after[row] { #expect(before[row]) }
        }
    }
}

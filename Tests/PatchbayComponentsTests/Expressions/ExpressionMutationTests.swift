import Foundation
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

/// How many mutated inputs to try: `PATCHBAY_MUTATIONS` or a number that does not hold up the tests.
let mutationCount = ProcessInfo.processInfo.environment["PATCHBAY_MUTATIONS"].flatMap { Int($0) } ?? 2_000

@Suite struct ExpressionMutationTests {
    private static let seeds = [
        "level <= 'warn' and apid in [\"LOG\", 'SYS'] or not (n + m * 2 >= 0x1f)",
        "msg matches 'a*?b' && x not between -1.5e3 and 2.5 || js is not null",
        "time >= '2026-11-21T00:11:05.25Z' and `odd name` != true",
        #"js starts_with "\u00e9\x41\n" and n in 1..5 and at in '1970-01-01'..'2030-01-01'"#,
        "((((((n / m % 3))))) == -9223372036854775808) and a.b.c == 64KiB",
    ]
    private static let pieces = [
        "(", ")", "[", "]", "not ", " and ", "..", "'", "\"", "`", "\\", "\\u", "0x", "9223372036854775808", "1e999",
        "-",
        "\u{0}", "é", "in ", "is null", "==", "=", ",", "*", "null", "js", "time", "rest", "\n",
    ]

    @Test func mutatedExpressionsNeverCrash() throws {
        var random = SeededNumbers(2_026)
        let builder = BatchBuilder(schema: Sample.schema)
        var bound = 0
        for round in 0..<mutationCount {
            var bytes = Array(random.pick(Self.seeds).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) { mutate(&bytes, &random) }
            let text = String(decoding: bytes, as: UTF8.self)
            let batch = round % 50 == 0 ? Sample.batch(builder, rows: 70, &random) : nil
            do {
                let condition = try Expression(text).condition(for: Sample.schema)
                bound += 1
                let batch = batch ?? Sample.batch(builder, rows: 3, &random)
                var rows = Selection(count: batch.count, all: true)
                try condition.narrow(batch, &rows)
            } catch {
                #expect(!error.message.isEmpty && error.excerpt != nil, "\(text)")
            }
        }
        #expect(bound > 0)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededNumbers) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: if at < bytes.count { bytes.remove(at: at) }
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
        case 2: bytes.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: at)
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...9, using: &random)))
        default:
            let from = Int.random(in: 0...bytes.count, using: &random)
            let part = Array(bytes[from..<min(bytes.count, from + 12)])
            bytes.insert(contentsOf: part, at: at)
        }
    }
}

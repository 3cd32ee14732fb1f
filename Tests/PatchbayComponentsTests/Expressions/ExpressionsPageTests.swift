import Foundation
import PatchbayCore
import PatchbayPlugin
import Testing

@testable import PatchbayComponents

/// The examples of `docs/expressions.md`.
@Suite struct ExpressionsPageTests {
    private static let schema = Schema(
        fields: [
            Field("level", .word, order: ["fatal", "error", "warn", "info"]), Field("apid", .word),
            Field("bytes", .int64), Field("ratio", .float64), Field("ok", .bool), Field("payload", .utf8),
            Field("code", .json),
        ],
        hasTime: true
    )

    private let lines: [Substring]

    init() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let page = try String(contentsOf: root.appending(path: "docs/expressions.md"), encoding: .utf8)
        lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The bodies of the fenced blocks of one kind.
    private func blocks(_ kind: String) -> [[String]] {
        var blocks: [[String]] = []
        var isInside = false
        for line in lines {
            if line.hasPrefix("```") {
                isInside = line == "```\(kind)"
                if isInside { blocks.append([]) }
            } else if isInside {
                blocks[blocks.count - 1].append(String(line))
            }
        }
        return blocks
    }

    private func sample() throws -> Batch {
        let builder = BatchBuilder(schema: Self.schema)
        for line in lines where line.hasPrefix("| ") && line.dropFirst(2).first?.isNumber == true {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let time = Bytes(cells[2])
            let nanoseconds = TimeText.nanoseconds(time.span)
            if let nanoseconds { builder.time?.append(int64: nanoseconds) } else { builder.time?.appendNull() }
            for (field, cell) in zip(builder.fields, cells[3...]) { field.append(value(cell, field.type)) }
            builder.value.append(copying: Bytes(String(line)).span)
        }
        return builder.finish()
    }

    private func value(_ cell: String, _ type: FieldType) -> Value {
        if cell == "-" { return .null }
        return switch type {
        case .int64: Int64(cell).map { .int64($0) } ?? .null
        case .float64: Double(cell).map { .float64($0) } ?? .null
        case .bool: .bool(cell == "true")
        case .json: .json(Bytes(cell))
        default: .utf8(Bytes(cell))
        }
    }

    @Test func examplesHoldForTheRecordsNamed() throws {
        let batch = try sample()
        try #require(batch.count == 5)
        let examples = blocks("expression").flatMap { $0 }
        #expect(examples.count > 45)
        for example in examples {
            let split = try #require(example.range(of: "  #"), "\(example)")
            let text = example[..<split.lowerBound].trimmingCharacters(in: .whitespaces)
            let expected = example[split.upperBound...].trimmingCharacters(in: .whitespaces)
            var rows = Selection(count: batch.count, all: true)
            try Expression(text).condition(for: Self.schema).narrow(batch, &rows)
            var kept: [String] = []
            rows.forEach { kept.append("\($0 + 1)") }
            #expect(kept.joined(separator: " ") == expected, "\(text)")
        }
    }

    @Test func errorsReadAsShown() throws {
        let examples = blocks("error")
        #expect(examples.count == 4)
        for example in examples {
            let parts = example.split(separator: "---")
            try #require(parts.count == 2)
            let error = failure { _ = try Expression(parts[0].joined()).condition(for: Self.schema) }
            #expect(error?.description == parts[1].joined(separator: "\n"))
        }
    }
}

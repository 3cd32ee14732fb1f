public import PatchbayCore

/// Makes random batches together with their models; one builder serves many batches, as in a run.
public struct BatchMaker {
    /// Fields of every type.
    public static let allTypes = Schema(
        fields: [
            Field("number", .int64), Field("ratio", .float64), Field("flag", .bool), Field("text", .utf8),
            Field("blob", .binary), Field("word", .word), Field("level", .word, order: levels),
            Field("at", .timestamp), Field("document", .json), Field("labels", .map(json: false)),
            Field("rest", .map(json: true)),
        ],
        hasKey: true,
        hasTime: true,
        textTemplate: "{number} {text}",
        recordSuffix: [10]
    )
    private static let levels = ["fatal", "error", "warn", "info", "debug"]

    /// The schema of the batches.
    public let schema: Schema
    private let builder: BatchBuilder

    /// A maker of batches of `schema`.
    public init(schema: Schema) {
        self.schema = schema
        builder = BatchBuilder(schema: schema)
    }

    /// A schema of up to `limit` fields of random types.
    public static func randomSchema(_ random: inout SeededRandom, limit: Int = 6) -> Schema {
        let types: [FieldType] = [
            .int64, .float64, .bool, .utf8, .binary, .word, .timestamp, .json, .map(json: false), .map(json: true),
        ]
        let fields = (0..<random.below(limit + 1)).map { index in
            let type = types[random.below(types.count)]
            let isClosed = type == .word && random.once(in: 2)
            return Field(
                "f\(index)",
                type,
                order: isClosed ? levels : [],
                isOnDemand: random.once(in: 4),
                summary: random.once(in: 2) ? "Field \(index)." : ""
            )
        }
        return Schema(
            fields: fields,
            hasKey: random.once(in: 2),
            hasTime: random.once(in: 2),
            isOpen: random.once(in: 3),
            textTemplate: random.once(in: 3) ? "{value}" : nil,
            recordSuffix: random.once(in: 3) ? [13, 10] : []
        )
    }

    /// A batch of `rows` random records, built from views and copies in a random mixture, and its model.
    public func make(_ random: inout SeededRandom, rows: Int) -> (Batch, [ModelRecord]) {
        let records = (0..<rows).map { _ in randomRecord(&random) }
        return (build(records, &random), records)
    }

    /// A batch of `records`.
    public func build(_ records: [ModelRecord], _ random: inout SeededRandom) -> Batch {
        var input = ByteBuffer(capacity: 64)
        var plans: [[Range<Int>?]] = []
        var jobs: [(ColumnBuilder, [ModelValue])] = zip(builder.fields, 0...).map { column, index in
            (column, records.map { $0.fields[index] })
        }
        if let key = builder.key { jobs.append((key, records.map(\.key))) }
        if let time = builder.time { jobs.append((time, records.map(\.time))) }
        jobs.append((builder.value, records.map(\.value)))
        for (column, values) in jobs {
            // Odds of a view per column: never, always, or mixed.
            let odds = [0, 1, 1, 2, 5][random.below(5)]
            plans.append(
                values.map { value in
                    guard case .bytes(let bytes) = value, column.type.isVariable, odds > 0, random.once(in: odds) else {
                        return nil
                    }
                    if random.once(in: 3) { input.append(repeating: 35, count: random.below(9)) }
                    let start = input.count
                    for byte in bytes { input.append(byte) }
                    return start..<input.count
                }
            )
        }
        let shown = input.finish().buffer
        builder.begin(viewing: shown, origin: Origin(part: "model", position: 1000))
        for (job, plan) in zip(jobs, plans) { append(job.1, plan, to: job.0, shown, &random) }
        return builder.finish()
    }

    private func append(
        _ values: [ModelValue],
        _ plan: [Range<Int>?],
        to column: ColumnBuilder,
        _ input: Buffer,
        _ random: inout SeededRandom
    ) {
        if random.once(in: 3), fill(values, plan, column, input) { return }
        // Trailing values that are missing may be left to the batch builder, except in the value column.
        var count = values.count
        if column !== builder.value {
            while count > 0, values[count - 1] == .null, random.once(in: 2) { count -= 1 }
        }
        for row in 0..<count {
            if let range = plan[row] {
                if random.once(in: 2) { column.appendView(range) } else { column.append(range, of: input) }
            } else {
                append(values[row], to: column, &random)
            }
        }
    }

    private func append(_ value: ModelValue, to column: ColumnBuilder, _ random: inout SeededRandom) {
        switch value {
        case .null: column.appendNull()
        case .int64(let number): column.append(int64: number)
        case .float64(let bits): column.append(float64: Double(bitPattern: bits))
        case .bool(let truth): column.append(bool: truth)
        case .bytes(let bytes):
            if column.type == .word {
                column.append(word: bytes.span)
            } else if random.once(in: 2) {
                column.append(copying: bytes.span)
            } else {
                column.append { output in
                    for byte in bytes { output.append(byte) }
                }
            }
        case .map(let entries):
            guard let (keys, values) = column.mapBuilders else { return }
            for entry in entries {
                keys.append(copying: entry.key.span)
                if let text = entry.value { values.append(copying: text.span) } else { values.appendNull() }
            }
            column.endMap()
        }
    }

    /// Appends the whole column at once, where there is a function for it.
    private func fill(_ values: [ModelValue], _ plan: [Range<Int>?], _ column: ColumnBuilder, _ input: Buffer) -> Bool {
        switch column.type {
        case .int64, .timestamp:
            column.fill(optionalInt64s: values.count) { row in
                if case .int64(let number) = values[row] { return number }
                return nil
            }
        case .word:
            var indices: [Int32] = []
            for value in values {
                guard case .bytes(let word) = value else {
                    indices.append(-1)
                    continue
                }
                indices.append(column.index(ofWord: word.span) ?? -1)
            }
            column.fill(wordIndices: values.count) { indices[$0] }
        case .utf8, .binary, .json:
            if !values.isEmpty, plan.allSatisfy({ $0 != nil }) {
                column.fill(views: values.count, of: input) { plan[$0] ?? 0..<0 }
                return true
            }
            column.fill(writing: values.count) { row, output in
                guard case .bytes(let bytes) = values[row] else {
                    output.append(repeating: 35, count: 3)
                    return false
                }
                for byte in bytes { output.append(byte) }
                return true
            }
        default: return false
        }
        return true
    }
}

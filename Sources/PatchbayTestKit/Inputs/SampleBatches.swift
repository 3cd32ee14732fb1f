public import PatchbayCore

/// Batches that have in them what plugins get wrong: missing values, empty texts, words, maps, JSON, extreme numbers.
public enum SampleBatches {
    /// A schema with a field of every type, a key and a time.
    public static let everyType = Schema(
        fields: [
            Field("number", .int64), Field("ratio", .float64), Field("flag", .bool), Field("text", .utf8),
            Field("blob", .binary), Field("word", .word), Field("level", .word, order: ["error", "warn", "info"]),
            Field("at", .timestamp), Field("document", .json), Field("labels", .map(json: false)),
            Field("rest", .map(json: true)),
        ],
        hasKey: true,
        hasTime: true
    )

    /// Batches of `schema` under their names: empty, one row, ordinary, mostly missing values, all missing, large.
    public static func make(_ schema: Schema = everyType, seed: UInt64 = 1) -> [(name: String, batch: Batch)] {
        var maker = SampleMaker(schema, seed: seed)
        return [
            ("no rows", maker.batch(rows: 0, missing: 0)),
            ("one row", maker.batch(rows: 1, missing: 0)),
            ("nine rows", maker.batch(rows: 9, missing: 4)),
            ("hardly any values", maker.batch(rows: 130, missing: 100)),
            ("no values", maker.batch(rows: 65, missing: 128)),
            ("many rows", maker.batch(rows: 5000, missing: 10)),
        ]
    }
}

/// Fills columns with values from a small generator (xorshift), so that every run sees the same ones.
struct SampleMaker {
    private let schema: Schema
    private let builder: BatchBuilder
    private var state: UInt64

    init(_ schema: Schema, seed: UInt64) {
        self.schema = schema
        builder = BatchBuilder(schema: schema)
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    private mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(max(1, limit)))
    }

    /// A batch of `rows` records; of 128 values about `missing` are not there.
    mutating func batch(rows: Int, missing: Int) -> Batch {
        builder.begin()
        for _ in 0..<rows {
            if let key = builder.key { append(to: key, missing) }
            if let time = builder.time { append(to: time, missing) }
            for (field, column) in zip(schema.fields, builder.fields) { append(to: column, missing, field.order) }
            builder.value.append(copying: text().span)
        }
        return builder.finish()
    }

    private mutating func append(to column: ColumnBuilder, _ missing: Int, _ order: [String] = []) {
        if below(128) < missing { return column.appendNull() }
        switch column.type {
        case .int64, .timestamp: column.append(int64: number())
        case .float64:
            let special = [0, -0.0, 1.5, -1e300, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]
            column.append(float64: special[below(special.count)])
        case .bool: column.append(bool: below(2) == 0)
        case .word:
            let words = order.isEmpty ? ["", "LOG", "SYS", "Größe", "a much longer word than the others"] : order
            column.append(word: Bytes(words[below(words.count)]).span)
        case .utf8, .binary: column.append(copying: text().span)
        case .json:
            let values = ["null", "1", "-2.5e3", "true", "\"x\\n\"", "[1,[]]", "{\"a\":{\"b\":null}}", "[]"]
            column.append(copying: Bytes(values[below(values.count)]).span)
        case .map(let json): appendMap(to: column, json)
        }
    }

    private mutating func number() -> Int64 {
        let special: [Int64] = [0, 1, -1, .min, .max, 1_700_000_000_000_000_000]
        return below(3) == 0 ? special[below(special.count)] : Int64(below(1000)) - 500
    }

    private mutating func text() -> Bytes {
        let pieces = ["", "a", "error", "Grüße", "漢字", "🚂", " ", "line\n", "longer text with words", "\u{0}", "\""]
        var text = ""
        for _ in 0..<(below(60) == 0 ? 200 : below(4)) { text += pieces[below(pieces.count)] }
        return Bytes(text)
    }

    private mutating func appendMap(to column: ColumnBuilder, _ json: Bool) {
        guard let (keys, values) = column.mapBuilders else { return column.appendNull() }
        for index in 0..<below(4) {
            keys.append(copying: Bytes("key\(index)").span)
            if below(5) == 0 {
                values.appendNull()
            } else {
                values.append(copying: Bytes(json ? "[\(below(10))]" : "text \(below(10))").span)
            }
        }
        column.endMap()
    }
}

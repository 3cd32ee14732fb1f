import PatchbayCore
import PatchbayPlugin

/// Numbers from a seed: the same tests on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &self) < part }

    mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &self)] }
}

enum Sample {
    static let levels = ["fatal", "error", "warn", "info"]

    static let schema = Schema(
        fields: [
            Field("level", .word, order: levels),
            Field("apid", .word),
            Field("n", .int64),
            Field("m", .int64),
            Field("x", .float64),
            Field("flag", .bool),
            Field("msg", .utf8),
            Field("note", .utf8),
            Field("at", .timestamp),
            Field("js", .json),
            Field("j2", .json),
            Field("rest", .map(json: true)),
        ],
        hasKey: true,
        hasTime: true,
        isOpen: true
    )

    static let words = ["LOG", "SYS", "DA1", "", "ÄB"]
    static let texts = ["", "a", "abc", "abcabd", "hello world", "ünï", "a*b", "\n", "warn", "5"]
    static let jsons = [
        "null", "true", "false", "5", "-1", "2.5", "1e2", "9007199254740993", "\"5\"", "\"abc\"", "\"a\\u0062c\"",
        "\"\"", "{\"a\":1}", "[1,2]", "\"hello world\"", "1e999", "\"\\ud83d\\ude00\"", "-",
    ]
    static let integers: [Int64] = [0, 1, 2, 5, -1, 7, .min, .max, 9_007_199_254_740_993, 100]
    static let floats = [0.0, 1, 2.5, -1, 5, .infinity, .nan, 9_007_199_254_740_992, 100]
    static let times: [Int64] = [0, 1_700_000_000_000_000_000, 1_700_000_000_000_000_001, -5]

    /// A builder is kept by the caller, so that word lists grow from batch to batch as they do in a run.
    static func batch(_ builder: BatchBuilder, rows: Int, _ random: inout SeededNumbers, nulls: Double = 0.2) -> Batch {
        builder.begin()
        for row in 0..<rows {
            for (index, field) in schema.fields.enumerated() {
                let column = builder.fields[index]
                if random.chance(nulls) {
                    column.appendNull()
                    continue
                }
                switch field.name {
                case "level": column.append(word: Bytes(random.pick(levels)).span)
                case "apid": column.append(word: Bytes(random.pick(words)).span)
                case "n", "m": column.append(int64: random.pick(integers))
                case "x": column.append(float64: random.pick(floats))
                case "flag": column.append(bool: random.chance(0.5))
                case "msg", "note": column.append(copying: Bytes(random.pick(texts)).span)
                case "at": column.append(int64: random.pick(times))
                case "js", "j2": column.append(copying: Bytes(random.pick(jsons)).span)
                default: column.appendNull()
                }
            }
            if random.chance(0.3) {
                builder.time?.appendNull()
            } else {
                builder.time?.append(int64: random.pick(times))
            }
            builder.key?.append(copying: Bytes(random.pick(texts)).span)
            builder.value.append(copying: Bytes("row \(row)").span)
        }
        return builder.finish()
    }
}

/// Records written down as texts; an empty list of values means a missing one.
func makeBatch(_ schema: Schema, _ rows: [[Value]]) -> Batch {
    let builder = BatchBuilder(schema: schema)
    for row in rows {
        for (column, value) in zip(builder.fields, row) { column.append(value) }
        builder.value.append(copying: Bytes("v").span)
    }
    return builder.finish()
}

extension Value {
    static func text(_ text: String) -> Value { .utf8(Bytes(text)) }
    static func raw(_ text: String) -> Value { .json(Bytes(text)) }
}

/// A configuration as the command line or a file would give it, checked against the plugin's schema.
func configuration(_ values: [String: ConfigNode]) -> PluginConfiguration {
    PluginConfiguration(checked: values)
}

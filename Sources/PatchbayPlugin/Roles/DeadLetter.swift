public import PatchbayCore

/// How a rejected record looks in a dead-letter file: the whole original as value, and what was wrong with it.
public enum DeadLetter {
    /// The schema: `value` is the original record, `time` its time, the fields say where, what and why.
    public static let schema = Schema(
        fields: [
            Field("stage", .word, summary: "The stage that rejected the record."),
            Field("plugin", .word, summary: "The plugin of that stage."),
            Field("code", .word, summary: "What kind of error it was."),
            Field("message", .utf8, summary: "What was wrong."),
            Field("source", .word, summary: "The input that the record came from."),
            Field("offset", .int64, summary: "Position of the record's first byte in that input, if known."),
        ],
        hasTime: true,
        textTemplate: "{time:%Y-%m-%dT%H:%M:%S.%f|-} {stage} {code} {source|-}@{offset|-} {message}: {value}"
    )

    /// Appends row `row` of `batch`, which was rejected with `error`.
    public static func append(_ batch: Batch, row: Int, _ error: PluginError, to builder: BatchBuilder) {
        builder.value.append(copying: batch.value.bytes(row))
        if let time = batch.time, time.isValid(row) {
            builder.time?.append(int64: time.int64s[row])
        } else {
            builder.time?.appendNull()
        }
        append(error.stage, to: builder.fields[0])
        append(error.plugin, to: builder.fields[1])
        append(error.code.description, to: builder.fields[2])
        builder.fields[3].append(copying: Bytes(reason(error)).span)
        append(error.origin?.part, to: builder.fields[4])
        if let position = error.origin?.position, let offset = Int64(exactly: position) {
            builder.fields[5].append(int64: offset)
        } else {
            builder.fields[5].appendNull()
        }
    }

    private static func append(_ word: String?, to column: ColumnBuilder) {
        guard let word else { return column.appendNull() }
        column.append(word: Bytes(word).span)
    }

    private static func reason(_ error: PluginError) -> String {
        error.cause.map { "\(error.message): \($0)" } ?? error.message
    }
}

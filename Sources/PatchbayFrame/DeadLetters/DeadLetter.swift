public import PatchbayCore

/// The records of a dead-letter file: what a stage could not process, with the whole original and the reason.
///
/// A dead-letter file is a run of frames, one behind the other, all with ``schema``.
public enum DeadLetter {
    /// The file name's ending.
    public static let fileExtension = "pbf"

    /// The one schema of dead letters. The value is the record's original bytes, the time is that of the record.
    public static let schema = Schema(
        fields: [
            Field("stage", .word, summary: "The stage that failed on the record."),
            Field("plugin", .word, summary: "The plugin of that stage."),
            Field("code", .word, summary: "What kind of error it was."),
            Field("message", .utf8, summary: "What the error said."),
            Field("source", .word, summary: "The part of the source that the record came from."),
            Field("offset", .int64, summary: "Position of the record's first byte in that part."),
            Field("index", .int64, summary: "Number of the record in the run, from 0."),
        ],
        hasTime: true,
        textTemplate: "{stage} ({plugin}): {code}: {message} [{source} at {offset}]"
    )

    /// One dead letter, as it is appended.
    public struct Reason: Sendable {
        /// The stage that failed.
        public var stage: String
        /// Its plugin; nil when no plugin was at fault.
        public var plugin: String?
        /// What kind of error.
        public var code: String
        /// What the error said.
        public var message: String
        /// The part of the source.
        public var source: String?
        /// Position of the record in that part.
        public var offset: UInt64?
        /// Number of the record in the run.
        public var index: UInt64?

        /// A reason.
        public init(
            stage: String,
            plugin: String? = nil,
            code: String,
            message: String,
            source: String? = nil,
            offset: UInt64? = nil,
            index: UInt64? = nil
        ) {
            self.stage = stage
            self.plugin = plugin
            self.code = code
            self.message = message
            self.source = source
            self.offset = offset
            self.index = index
        }
    }

    /// Appends a dead letter to a builder of ``schema``: a copy of the record's original bytes, its time and why.
    public static func append(
        _ original: Span<UInt8>,
        time: Int64?,
        _ reason: Reason,
        to builder: BatchBuilder
    ) {
        let fields = builder.fields
        precondition(fields.count == schema.fields.count && builder.time != nil, "not a builder of dead letters")
        if let time { builder.time?.append(int64: time) } else { builder.time?.appendNull() }
        append(reason.stage, to: fields[0])
        append(reason.plugin, to: fields[1])
        append(reason.code, to: fields[2])
        fields[3].append(copying: Bytes(reason.message).span)
        append(reason.source, to: fields[4])
        append(reason.offset, to: fields[5])
        append(reason.index, to: fields[6])
        builder.value.append(copying: original)
    }

    private static func append(_ word: String?, to column: ColumnBuilder) {
        if let word { column.append(word: Bytes(word).span) } else { column.appendNull() }
    }

    private static func append(_ number: UInt64?, to column: ColumnBuilder) {
        if let number { column.append(int64: Int64(clamping: number)) } else { column.appendNull() }
    }
}

public import PatchbayCore
public import PatchbayPlugin

/// The frames of an answer other than records: made and read here, so that both sides agree.
public enum AnswerParts {
    /// One record for each that came in: whether it stays.
    public static let selectionSchema = Schema(fields: [Field("keep", .bool)])
    /// Records that were refused.
    public static let errorsSchema = Schema(fields: [Field("row", .int64), Field("message", .utf8)])
    /// Bytes that became no record.
    public static let regionsSchema = Schema(
        fields: [Field("position", .int64), Field("length", .int64), Field("reason", .utf8)])

    // MARK: Writing

    /// The rows that stay, as a batch without values.
    public static func batch(_ selection: Selection) -> Batch {
        let builder = BatchBuilder(schema: selectionSchema)
        builder.begin()
        for row in 0..<selection.count {
            builder.value.appendNull()
            builder.fields[0].append(bool: selection[row])
        }
        return builder.finish()
    }

    /// Refused records as a batch.
    public static func batch(_ rejections: Rejections) -> Batch {
        let builder = BatchBuilder(schema: errorsSchema)
        builder.begin()
        for entry in rejections.entries {
            builder.value.appendNull()
            builder.fields[0].append(int64: Int64(entry.row))
            let reason = entry.error.cause.map { "\(entry.error.message): \($0)" } ?? entry.error.message
            builder.fields[1].append(copying: Bytes(reason).span)
        }
        return builder.finish()
    }

    /// Skipped regions as a batch.
    public static func batch(_ regions: [SkippedRegion]) -> Batch {
        let builder = BatchBuilder(schema: regionsSchema)
        builder.begin()
        for region in regions {
            builder.value.appendNull()
            builder.fields[0].append(int64: Int64(clamping: region.position))
            builder.fields[1].append(int64: Int64(clamping: region.length))
            builder.fields[2].append(copying: Bytes(region.reason.name).span)
        }
        return builder.finish()
    }

    // MARK: Reading

    /// Takes the rows that stay out of `batch`; there must be one record for each of `rows`.
    public static func read(_ batch: Batch, rows: Int, into selection: inout Selection) throws(PluginError) {
        try check(batch, selectionSchema, "selection")
        guard batch.count == rows else {
            throw PluginError(.invalidResult, "a selection of \(batch.count) for \(rows) records")
        }
        let keep = batch.fields[0]
        selection.reset(count: rows, all: false)
        selection.fill { keep.bool($0) && keep.isValid($0) }
    }

    /// Takes refused records out of `batch`: rows of `rows`, in rising order.
    public static func read(_ batch: Batch, rows: Int) throws(PluginError) -> Rejections {
        try check(batch, errorsSchema, "errors")
        var rejections = Rejections()
        var last = -1
        let rowNumbers = batch.fields[0]
        let messages = batch.fields[1]
        let numbers = rowNumbers.int64s
        for index in 0..<batch.count {
            guard let row = Int(exactly: numbers[index]), row > last, row < rows else {
                throw PluginError(
                    .invalidResult, "row \(numbers[index]) of the errors is none of \(rows), or not in order")
            }
            last = row
            let message = String(decoding: messages.bytes(index).start(4096))
            rejections.reject(
                row, PluginError(.input, message.isEmpty ? "the plugin refused it" : message, record: row))
        }
        return rejections
    }

    /// Takes skipped regions out of `batch`: in rising order, none over another.
    public static func regions(_ batch: Batch) throws(PluginError) -> [SkippedRegion] {
        try check(batch, regionsSchema, "regions")
        let (positionColumn, lengthColumn, names) = (batch.fields[0], batch.fields[1], batch.fields[2])
        let positions = positionColumn.int64s
        let lengths = lengthColumn.int64s
        var regions: [SkippedRegion] = []
        for index in 0..<batch.count {
            guard positions[index] >= 0, lengths[index] > 0, positions[index] <= Int64.max - lengths[index] else {
                throw PluginError(.invalidResult, "a region of \(lengths[index]) bytes at \(positions[index])")
            }
            let name = String(decoding: names.bytes(index).start(64))
            guard isReason(name) else {
                throw PluginError(.invalidResult, "\(name.quotedForMessage) is no reason in snake_case")
            }
            regions.append(
                SkippedRegion(
                    position: UInt64(positions[index]), length: UInt64(lengths[index]), reason: SkipReason(name)))
        }
        return regions
    }

    /// Whether `name` can be the reason of a region: `snake_case`, at most 64 bytes.
    public static func isReason(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F }
    }

    private static func check(_ batch: Batch, _ schema: Schema, _ name: String) throws(PluginError) {
        let fits =
            batch.schema.fields.count >= schema.fields.count
            && zip(batch.schema.fields, schema.fields).allSatisfy { $0.name == $1.name && $0.type == $1.type }
        guard fits else { throw PluginError(.invalidResult, "the frame of the \(name) has other fields") }
    }
}

import PatchbayGuest

/// Keeps records with an even number; one without a number cannot be judged.
struct Numbers: FilterPlugin {
    init(_ options: Options) throws(PluginFailure) {}

    mutating func filter(_ record: Record) throws(RecordError) -> Bool {
        guard let number = record["number"].int else { throw RecordError("no number") }
        return number & 1 == 0
    }
}

/// Adds the length of the text as a field, writes over the number, and drops records without a level.
struct Lengths: TransformPlugin {
    static var made: MadeFields { .fields(.int("length"), .int("number"), .word("kind")) }

    init(_ options: Options) throws(PluginFailure) {}

    mutating func transform(_ record: Record, into output: Output) throws(RecordError) {
        if record["level"].isNull { return }
        let text = record["text"].bytes
        if text.count > 1000 { throw RecordError("too long") }
        output.set("length", text.count)
        if let number = record["number"].int { output.set("number", number &* 3) }
        output.set("kind", record["level"] == "error" ? "bad" : "good")
        output.emit()
        guard record["level"] == "warn" else { return }
        output.set("value", text)
        output.emit()
    }
}

/// Rejects errors and records without a key.
struct Levels: ValidatorPlugin {
    init(_ options: Options) throws(PluginFailure) {}

    mutating func validate(_ record: Record) throws(Reject) {
        if record["level"] == "error" { throw Reject("an error") }
        if record.key.isNull { throw Reject("no key") }
    }
}

/// Counts records, the bytes of their texts, and the sum of their numbers; one without a level counts as an error.
struct Totals: AggregatePlugin {
    static var made: MadeFields { .fields(.int("records"), .int("bytes"), .int("sum")) }

    var records: Int64 = 0
    var bytes: Int64 = 0
    var sum: Int64 = 0

    init(_ options: Options) throws(PluginFailure) {}

    mutating func accumulate(_ record: Record) throws(RecordError) {
        if record["level"].isNull { throw RecordError("no level") }
        records += 1
        bytes += Int64(record["text"].bytes.count)
        sum = sum &+ (record["number"].int ?? 0)
    }

    mutating func finish(into output: Output) throws(PluginFailure) {
        output.set("records", records)
        output.set("bytes", bytes)
        output.set("sum", sum)
        output.emit()
        (records, bytes, sum) = (0, 0, 0)
    }
}

/// Looks at every byte of the value and the text, and refuses records where the sum so far ends in 0.
struct Checking: SinkPlugin {
    var sum: UInt32 = 1

    init(_ options: Options) throws(PluginFailure) {}

    mutating func write(_ record: Record) throws(RecordError) {
        add(record.value.bytes)
        add(record["text"].bytes)
        if sum % 10 == 0 { throw RecordError("the sum ends in 0") }
    }

    private mutating func add(_ bytes: Span<UInt8>) {
        for index in 0..<bytes.count { sum = sum &* 31 &+ UInt32(bytes[index]) }
    }
}

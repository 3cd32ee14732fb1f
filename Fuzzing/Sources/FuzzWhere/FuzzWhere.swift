internal import FuzzingSupport
internal import PatchbayComponents
internal import PatchbayCore
internal import PatchbayPlugin

/// A few records with a column of every type, some values missing.
let records: Batch = {
    let levels = ["fatal", "error", "warn", "info", "debug", "verbose"]
    let fields = [
        Field("level", .word, order: levels), Field("apid", .word), Field("n", .int64), Field("f", .float64),
        Field("b", .bool), Field("t", .utf8), Field("raw", .binary), Field("j", .json),
    ]
    let builder = BatchBuilder(schema: Schema(fields: fields, hasTime: true))
    let rows: [[Value]] = [
        [word("warn"), word("LOG"), .int64(3), .float64(0.5), .bool(true), word("text"), word("raw"), json("[1]")],
        [word("fatal"), .null, .int64(.min), .float64(-.infinity), .bool(false), word(""), .null, json("null")],
        [.null, word("SYS"), .null, .float64(.nan), .null, word("\u{E9}\u{0}x"), word("\u{1}"), json(#"{"a":"b"}"#)],
        [word("info"), word("LOG"), .int64(.max), .null, .bool(true), .null, word("a"), .null],
    ]
    for (index, row) in rows.enumerated() {
        for (column, value) in zip(builder.fields, row) { column.append(value) }
        builder.time?.append(index == 1 ? .null : .timestamp(Int64(index) * 1_700_000_000_000_000_000))
        builder.value.append(copying: Bytes("record \(index)").span)
    }
    return builder.finish()
}()

func word(_ text: String) -> Value { .utf8(Bytes(text)) }
func json(_ text: String) -> Value { .json(Bytes(text)) }

/// One input for libFuzzer: an expression. What can not be read must be explained; what can be is used.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
    let text = ConfigNode(.string(String(decoding: bytes)))
    do throws(PluginError) {
        var filter = try WhereFilter(PluginConfiguration(checked: ["expression": text]))
        try filter.bind(records.schema)
        var selection = Selection(count: records.count, all: true)
        try filter.filter(records, into: &selection)
    } catch {
        guard !error.message.isEmpty, !error.description.isEmpty else { fatalError("refused without a reason") }
        // A mark stands below the expression, whatever characters it has.
        guard error.code == .configuration || error.code == .schema || error.code == .input else {
            fatalError("\(error)")
        }
    }
    return 0
}

import BatchModel
public import CArrow
import PatchbayArrow
import PatchbayCore
import Synchronization

// What Python loads to receive batches in its own process. A batch is described by four numbers: seed, rows, kind
// (0 as built, 1 sliced and gathered, 2 only shown ranges without gaps, 3 text that is not UTF-8).

private struct Exported {
    weak var buffer: Buffer?
    weak var text: Buffer?
}
private let last = Mutex(Exported())

private func made(_ seed: Int64, _ rows: Int64, _ kind: Int32) -> (Batch, [ModelRecord]) {
    var random = SeededRandom(seed: UInt64(bitPattern: seed))
    let maker = BatchMaker(schema: BatchMaker.allTypes)
    var gatherer = BatchGatherer()
    switch kind {
    case 1:
        let (batch, records) = maker.make(&random, rows: Int(rows))
        return derive(batch, records, &gatherer, &random)
    case 2: return contiguous(Int(rows))
    case 3: return notUTF8()
    default: return maker.make(&random, rows: Int(rows))
    }
}

/// Rows as a line parser makes them, cut once: everything can be shared.
private func contiguous(_ rows: Int) -> (Batch, [ModelRecord]) {
    let input = Bytes(String(repeating: "0123456789", count: rows + 2))
    let schema = Schema(fields: [Field("n", .int64), Field("shown", .utf8), Field("level", .word)], hasTime: true)
    let builder = BatchBuilder(schema: schema)
    builder.begin(viewing: input.buffer)
    var records: [ModelRecord] = []
    for row in 0..<rows + 2 {
        let level = row % 3 == 0 ? "warn" : "info"
        builder.fields[0].append(int64: Int64(row))
        builder.fields[1].appendView(row * 10..<row * 10 + 10)
        builder.fields[2].append(word: Bytes(level).span)
        builder.time?.append(int64: 1_700_000_000_000_000_001 + Int64(row))
        builder.value.appendView(row * 10..<row * 10 + 10)
        var record = ModelRecord()
        record.value = .bytes(Array("0123456789".utf8))
        record.time = .int64(1_700_000_000_000_000_001 + Int64(row))
        record.fields = [.int64(Int64(row)), record.value, .bytes(Array(level.utf8))]
        records.append(record)
    }
    return (builder.finish().slice(1..<rows + 1), Array(records[1..<rows + 1]))
}

private func notUTF8() -> (Batch, [ModelRecord]) {
    let schema = Schema(fields: [Field("t", .utf8), Field("w", .word), Field("m", .map(json: false))])
    let builder = BatchBuilder(schema: schema)
    builder.begin()
    // Halves of one scalar in two rows: the run is UTF-8, the values are not.
    let broken: [[UInt8]] = [[0xC3], [0xA9], [0xFF, 65], Array("ok".utf8)]
    var records: [ModelRecord] = []
    for bytes in broken {
        builder.fields[0].append(copying: bytes.span)
        builder.fields[1].append(word: bytes.span)
        builder.fields[2].mapBuilders?.keys.append(copying: bytes.span)
        builder.fields[2].mapBuilders?.values.append(copying: bytes.span)
        builder.fields[2].endMap()
        builder.value.append(copying: bytes.span)
        let text = Array(String(decoding: bytes, as: UTF8.self).utf8)
        var record = ModelRecord()
        record.value = .bytes(bytes)
        record.fields = [.bytes(text), .bytes(text), .map([ModelValue.Entry(key: text, value: text)])]
        records.append(record)
    }
    return (builder.finish(), records)
}

/// Exports a batch; returns the bytes that were copied, or -1.
@c(patchbay_probe_export)
public func export(
    _ seed: Int64,
    _ rows: Int64,
    _ kind: Int32,
    _ array: UnsafeMutablePointer<ArrowArray>,
    _ schema: UnsafeMutablePointer<ArrowSchema>
) -> Int64 {
    let (batch, _) = made(seed, rows, kind)
    last.withLock { $0 = Exported(buffer: batch.value.dataBuffer, text: batch.fields[0].values) }
    do {
        let report = try unsafe ArrowExport.export(batch, to: array)
        unsafe ArrowExport.export(batch.schema, to: schema)
        return Int64(report.copiedBytes)
    } catch {
        return -1
    }
}

/// Whether memory of the batch that was exported last is still alive.
@c(patchbay_probe_is_alive)
public func isAlive() -> Int32 {
    last.withLock { $0.buffer != nil || $0.text != nil ? 1 : 0 }
}

/// Writes what the batch must show as JSON, one line per column (name, type, values; bytes in hexadecimal), to
/// `target`; returns how many bytes that takes.
@c(patchbay_probe_expected)
public func expected(
    _ seed: Int64,
    _ rows: Int64,
    _ kind: Int32,
    _ target: UnsafeMutablePointer<UInt8>,
    _ capacity: Int64
) -> Int64 {
    let (batch, records) = made(seed, rows, kind)
    var output = ByteBuffer()
    func write(_ name: String, _ type: FieldType, _ values: [ModelValue]) {
        output.append("{\"name\":\"\(name)\",\"type\":\"\(type.name)\",\"values\":[")
        for (row, value) in values.enumerated() {
            if row > 0 { output.append(literal: ",") }
            append(value, to: &output)
        }
        output.append(literal: "]}\n")
    }
    if batch.schema.hasKey { write("key", .binary, records.map(\.key)) }
    write("value", .binary, records.map(\.value))
    if batch.schema.hasTime { write("time", .timestamp, records.map(\.time)) }
    for (index, field) in batch.schema.fields.enumerated() {
        write(field.name, field.type, records.map { $0.fields[index] })
    }
    let span = output.span
    for index in 0..<min(span.count, Int(capacity)) { unsafe (target + index).initialize(to: span[index]) }
    return Int64(span.count)
}

private func append(_ value: ModelValue, to output: inout ByteBuffer) {
    switch value {
    case .null: output.append(literal: "null")
    case .int64(let number): output.append(decimal: number)
    case .float64(let bits): output.append(decimal: bits)
    case .bool(let truth): output.append(truth ? "true" : "false")
    case .bytes(let bytes): append(bytes, to: &output)
    case .map(let entries):
        output.append(literal: "[")
        for (index, entry) in entries.enumerated() {
            output.append(index > 0 ? ",[" : "[")
            append(entry.key, to: &output)
            output.append(literal: ",")
            if let text = entry.value { append(text, to: &output) } else { output.append(literal: "null") }
            output.append(literal: "]")
        }
        output.append(literal: "]")
    }
}

private func append(_ bytes: [UInt8], to output: inout ByteBuffer) {
    output.append(literal: "\"")
    for byte in bytes { output.append(hexadecimal: UInt64(byte), width: 2) }
    output.append(literal: "\"")
}

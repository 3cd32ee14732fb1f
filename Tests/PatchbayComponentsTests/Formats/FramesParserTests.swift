import PatchbayComponents
import PatchbayCore
import PatchbayFrame
import PatchbayPlugin
import Testing

/// A dead-letter file as the engine writes it: a frame per rejected record.
private func deadLetters(_ count: Int, perFrame: Int = 1) throws -> [[UInt8]] {
    let builder = BatchBuilder(schema: DeadLetter.schema)
    let rejected = BatchBuilder(schema: Schema(fields: [], hasTime: true))
    var writer = FrameWriter()
    var frames: [[UInt8]] = []
    for first in stride(from: 0, to: count, by: perFrame) {
        builder.begin()
        for number in first..<min(count, first + perFrame) {
            rejected.begin()
            rejected.time?.append(int64: Int64(number))
            rejected.value.append(copying: Bytes("record \(number)").span)
            var error = PluginError(.input, "not a number")
            error.stage = "cast"
            error.origin = Origin(part: "a.dlt", position: UInt64(number) * 10)
            DeadLetter.append(rejected.finish(), row: 0, error, to: builder)
        }
        var output = ByteBuffer()
        try writer.write(builder.finish(), to: &output)
        frames.append(output.finish().array)
    }
    return frames
}

private func parser(_ wanted: FieldRequest = .everything) throws -> (FramesParser, Schema) {
    var parser = try FramesParser(.of([:]))
    let schema = try parser.bind(wanted)
    return (parser, schema)
}

@Test func deadLetterFilesAreReadBack() throws {
    let file = Array(try deadLetters(20, perFrame: 3).joined())
    #expect(FramesParser.recognizes(file.span) == 100 && FramesParser.recognizes([1, 2, 3, 4, 5, 6, 7, 8].span) == 0)
    var (parser, schema) = try parser()
    let whole = try ParserRun(&parser, schema: schema, file, chunk: file.count)
    #expect(whole.consumed == file.count && whole.skipped.isEmpty && whole.records.count == 20)
    #expect(whole.texts == (0..<20).map { "record \($0)" })
    #expect(whole.records[7].dropFirst().map(\.text) == ["cast", nil, "input", "not a number", "a.dlt", nil, nil])
    #expect(whole.records[7].suffix(2) == [.int64(70), .timestamp(7)])
    for chunk in [1, 7, 63, 64, 500] {
        #expect(try ParserRun(&parser, schema: schema, file, chunk: chunk) == whole, "chunks of \(chunk)")
    }
    let some = try ParserRun(&parser, schema: schema, file, chunk: file.count, recordLimit: 4)
    #expect(some == whole)
}

@Test func onlyFieldsAskedForAreRead() throws {
    let file = Array(try deadLetters(2).joined())
    var (parser, schema) = try parser(FieldRequest(names: ["offset"]))
    #expect(schema.fields.map(\.name) == ["offset"])
    let run = try ParserRun(&parser, schema: schema, file, chunk: file.count)
    #expect(run.records[1] == [.binary(Bytes("record 1")), .int64(10), .timestamp(1)])
}

@Test func damageBetweenAndInFramesIsReported() throws {
    let frames = try deadLetters(6)
    var (parser, schema) = try parser()
    let noise = [UInt8](repeating: 0x89, count: 21)
    var file = noise + frames[0] + noise + frames[1]
    let broken = file.count
    file += frames[2]
    file[broken + frames[2].count / 2] ^= 0xFF
    file += frames[3]
    let endless = file.count
    file += frames[4]
    file[endless + 21] = 0x7F
    let last = file.count
    file += frames[5]
    let cut = file.count
    file += frames[0].dropLast(9)
    for chunk in [file.count, 1, 100] {
        let run = try ParserRun(&parser, schema: schema, file, chunk: chunk)
        #expect(run.consumed == file.count)
        let found = run.texts.filter { $0 != "record 2" }
        #expect(found == ["record 0", "record 1", "record 3", "record 5"], "chunks of \(chunk)")
        #expect(run.skipped.first == "0 21 damage" && run.skipped.last == "\(cut) \(file.count) truncated")
        #expect(run.skipped.contains("\(endless) \(last) damage"))
    }
    let discarded = try ParserRun(
        &parser, schema: schema, Array(frames[0].dropFirst(3) + frames[1]), chunk: 50, continuesDiscarded: true
    )
    #expect(discarded.texts == ["record 1"])
    #expect(discarded.skipped == ["0 \(frames[0].count - 3) too_large"])
}

@Test func framesOfOtherFieldsAreAnError() throws {
    let builder = BatchBuilder(schema: Schema(fields: [Field("n", .int64), Field("m", .map(json: true))]))
    builder.begin()
    builder.fields[0].append(int64: 5)
    builder.fields[1].append(.map([Value.Entry((.utf8(Bytes("k")), .json(Bytes("1"))))]))
    builder.value.append(copying: Bytes("v").span)
    var output = ByteBuffer()
    var writer = FrameWriter()
    try writer.write(builder.finish(), to: &output)
    let file = output.finish().array
    var (dead, schema) = try parser()
    #expect(throws: PluginError.self) { try ParserRun(&dead, schema: schema, file, chunk: file.count) }
    var named = try FramesParser(
        .of(["fields": ["n": "int64", "m": "json_map"], "time": false])
    )
    let own = try named.bind(.everything)
    let run = try ParserRun(&named, schema: own, file, chunk: file.count)
    let map: Value = .map([Value.Entry((.utf8(Bytes("k")), .json(Bytes("1"))))])
    #expect(run.records == [[.binary(Bytes("v")), .int64(5), map]])
}

import BatchModel
import PatchbayCore
import PatchbayFrame
import Testing

/// The frame of `batch` in memory of its own.
func frame(_ batch: Batch, _ writer: inout FrameWriter) throws -> Bytes {
    var output = ByteBuffer()
    let size = try writer.size(of: batch)
    let written = try writer.write(batch, to: &output)
    #expect(size == written && output.count == size && size % 8 == 0)
    return output.finish()
}

func same(_ left: Bytes, _ right: Bytes) -> Bool { left.span.elementsEqual(right.span) }

@Test(arguments: 0..<8) func roundTripsOfRandomBatches(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var writer = FrameWriter()
    var reader = FrameReader()
    var gatherer = BatchGatherer()
    for _ in 0..<15 {
        let schema = random.once(in: 4) ? BatchMaker.allTypes : BatchMaker.randomSchema(&random)
        let maker = BatchMaker(schema: schema)
        for _ in 0..<5 {
            var (batch, records) = maker.make(&random, rows: random.below(70))
            (batch, records) = derive(batch, records, &gatherer, &random)
            let bytes = try frame(batch, &writer)
            let length = try FrameReader.length(of: bytes.span)
            #expect(length == bytes.count)
            let back = try reader.read(bytes)
            #expect(back.difference(from: records) == nil)
            let again = try frame(back, &writer)
            #expect(same(again, bytes), "a frame written again is the same")
            let rebuilt = BatchMaker(schema: schema).build(records, &random)
            let other = try frame(rebuilt, &writer)
            #expect(same(other, bytes), "equal batches give equal bytes")
        }
    }
}

@Test func schemaTravelsWhole() throws {
    var random = SeededRandom(seed: 7)
    var writer = FrameWriter()
    var reader = FrameReader()
    for _ in 0..<300 {
        let schema = BatchMaker.randomSchema(&random, limit: 12)
        let (batch, _) = BatchMaker(schema: schema).make(&random, rows: 3)
        let back = try reader.read(try frame(batch, &writer)).schema
        #expect(back.hasKey == schema.hasKey && back.hasTime == schema.hasTime && back.isOpen == schema.isOpen)
        #expect(back.textTemplate == schema.textTemplate && back.recordSuffix == schema.recordSuffix)
        #expect(back.fields.map(\.name) == schema.fields.map(\.name))
        #expect(back.fields.map(\.type) == schema.fields.map(\.type))
        #expect(back.fields.map(\.order) == schema.fields.map(\.order))
        #expect(back.fields.map(\.isOnDemand) == schema.fields.map(\.isOnDemand))
        #expect(back.fields.map(\.summary) == schema.fields.map(\.summary))
    }
}

@Test func readingCopiesNothing() throws {
    var random = SeededRandom(seed: 1)
    var writer = FrameWriter()
    var reader = FrameReader()
    let (batch, _) = BatchMaker(schema: BatchMaker.allTypes).make(&random, rows: 50)
    let bytes = try frame(batch, &writer)
    let first = try reader.read(bytes)
    let second = try reader.read(bytes)
    #expect(first.schema === second.schema, "frames of one stream share their schema")
    // Changing the frame's memory shows in the batch: it is the same memory.
    let row = try #require((0..<50).first { first.value.isValid($0) && first.value.bytes($0).count > 0 })
    let start = first.value.bytes(row)[0]
    let target = try #require(
        (0..<bytes.count).last { index in
            let old = bytes.span[index]
            bytes.buffer.store(old ^ 0xFF, at: index)
            let changed = first.value.bytes(row)[0] != start
            bytes.buffer.store(old, at: index)
            return changed
        })
    #expect(target > 64)
}

@Test func writingIntoGivenMemory() throws {
    var random = SeededRandom(seed: 2)
    var writer = FrameWriter()
    let (batch, _) = BatchMaker(schema: BatchMaker.allTypes).make(&random, rows: 30)
    let expected = try frame(batch, &writer)
    let memory = Buffer(capacity: expected.count + 64)
    memory.fill(0xAA, at: 0, count: memory.capacity)
    var room = memory.mutableSpan(of: UInt8.self, count: expected.count)
    let written = try writer.write(batch, into: &room)
    #expect(written == expected.count)
    #expect(same(Bytes(memory, at: 0, count: expected.count), expected))
    #expect(memory.load(expected.count, as: UInt8.self) == 0xAA)
    var small = memory.mutableSpan(of: UInt8.self, count: expected.count - 1)
    do {
        try writer.write(batch, into: &small)
        Issue.record("a frame was written where there is no room")
    } catch {
        #expect(error.code == .noRoom)
    }
}

import BatchModel
import PatchbayCore
import PatchbayFrame
import Testing

@Test func framesOneBehindTheOther() throws {
    var random = SeededRandom(seed: 8)
    var writer = FrameWriter()
    var reader = FrameReader()
    let maker = BatchMaker(schema: BatchMaker.allTypes)
    var output = ByteBuffer()
    var models: [[ModelRecord]] = []
    for _ in 0..<10 {
        let (batch, records) = maker.make(&random, rows: random.below(20))
        try writer.write(batch, to: &output)
        models.append(records)
    }
    let all = output.finish()
    var at = 0
    for records in models {
        let rest = Bytes(all.buffer, at: at, count: all.count - at)
        let back = try reader.read(rest)
        #expect(back.difference(from: records) == nil)
        at += try FrameReader.length(of: rest.span) ?? 0
    }
    #expect(at == all.count)
}

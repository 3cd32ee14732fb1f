import PatchbayCore
import Testing

@Test func viewsShareTheInput() {
    let input = Bytes("one two three")
    let builder = BatchBuilder(schema: Schema(fields: [Field("n", .int64)]))
    builder.begin(viewing: input.buffer, origin: Origin(part: "x", position: 100))
    builder.value.appendView(0..<3)
    builder.fields[0].append(int64: 1)
    builder.value.appendView(4..<7)
    let batch = builder.finish()
    #expect(batch.count == 2)
    #expect(batch[1].value?.text == "two")
    #expect(batch[0]["n"] == .int64(1))
    #expect(batch[1]["n"] == .null)
    #expect(batch.position(of: 1) == 104)
}

import CArrow
import PatchbayArrow
import PatchbayCore
import Testing

private func twoRows() -> Batch {
    let input = Bytes("onetwo")
    let builder = BatchBuilder(schema: Schema(fields: [Field("n", .int64), Field("level", .word, order: ["a", "b"])]))
    builder.begin(viewing: input.buffer)
    for row in 0..<2 {
        builder.fields[0].append(int64: Int64(row))
        builder.fields[1].append(word: Bytes("b").span)
        builder.value.appendView(row * 3..<row * 3 + 3)
    }
    return builder.finish()
}

@Test func contiguousColumnsAreShared() throws {
    let batch = twoRows()
    var array = unsafe ArrowArray()
    let report = try unsafe ArrowExport.export(batch, to: &array)
    #expect(report.copiedColumns.isEmpty && report.copiedBytes == 0)
    let shown = unsafe UInt(bitPattern: array.children?[0]?.pointee.buffers?[2])
    let own = batch.value.dataBuffer.map { buffer in
        unsafe buffer.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    #expect(shown == own && shown != 0)
    unsafe array.release?(&array)
    let isReleased = unsafe array.release == nil
    #expect(isReleased)
}

@Test func filteredColumnsAreCopiedAndCounted() throws {
    let batch = twoRows()
    var selection = Selection(count: 2, all: true)
    selection[0] = false
    var gatherer = BatchGatherer()
    var array = unsafe ArrowArray()
    let report = try unsafe ArrowExport.export(gatherer.gather(batch, selection), to: &array)
    #expect(report.copiedColumns == ["value"] && report.copiedBytes == 3)
    unsafe array.release?(&array)
}

@Test func aMovedChildOutlivesItsParent() throws {
    var array = unsafe ArrowArray()
    weak var buffer: Buffer?
    do {
        let batch = twoRows()
        buffer = batch.value.dataBuffer
        try unsafe ArrowExport.export(batch, to: &array)
    }
    guard let child = unsafe array.children?[0] else {
        Issue.record("the batch has no columns")
        return
    }
    // What a receiver does that keeps one column: it moves the structure and marks the old place as empty.
    var moved = unsafe child.pointee
    unsafe child.pointee.release = nil
    unsafe array.release?(&array)
    #expect(buffer != nil)
    unsafe moved.release?(&moved)
    #expect(buffer == nil)
}

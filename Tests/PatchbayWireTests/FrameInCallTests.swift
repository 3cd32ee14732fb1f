import PatchbayCore
import PatchbayFrame
import Testing

@Suite struct FrameInCallTests {
    static func views(of body: Bytes) -> Batch {
        let builder = BatchBuilder(schema: Schema(fields: [Field("first", .utf8), Field("n", .int64)], hasTime: true))
        builder.begin(viewing: body.buffer)
        for index in 0..<3 {
            builder.value.appendView(body.offset + index * 4..<body.offset + index * 4 + 4)
            if index == 1 {
                builder.fields[0].appendNull()
            } else {
                builder.fields[0].append(body.offset + index * 4..<body.offset + index * 4 + 1, of: body.buffer)
            }
            builder.fields[1].append(int64: Int64(index))
            builder.time?.append(int64: 7)
        }
        return builder.finish()
    }

    @Test(arguments: [0, 8]) func valuesAreShownInTheBytesOfTheCall(_ offset: Int) throws {
        let buffer = Buffer(capacity: 64)
        let text = Bytes("abcdefghijkl")
        buffer.write(text.span, at: offset)
        let body = Bytes(buffer, at: offset, count: 12)
        var output = ByteBuffer()
        var writer = FrameWriter()
        let plain = try writer.write(Self.views(of: body), to: &output)
        output.removeAll()
        let inCall = try writer.write(Self.views(of: body), carrying: nil, showing: body, to: &output)
        #expect(inCall != plain)
        let frame = output.finish()
        var reader = FrameReader()
        #expect(throws: FrameError.self) { _ = try reader.read(frame) }
        let batch = try reader.read(frame, showing: body)
        #expect(shown(batch.value, 2) == "ijkl")
        #expect(shown(batch.fields[0], 2) == "i")
        #expect(!batch.fields[0].isValid(1))
        #expect(batch.value.dataBuffer === buffer)
        // Shorter bytes than the frame counts in.
        var other = ByteBuffer()
        try writer.write(Self.views(of: body), carrying: nil, showing: body, to: &other)
        let again = other.finish()
        #expect(throws: FrameError.self) { _ = try reader.read(again, showing: Bytes(buffer, at: offset, count: 11)) }
    }

    @Test func columnsThatAreNotCarriedHaveNoValues() throws {
        var output = ByteBuffer()
        var writer = FrameWriter()
        let body = Bytes("abcdefghijkl")
        try writer.write(Self.views(of: body), carrying: [false, false, false, true], to: &output)
        var reader = FrameReader()
        let batch = try reader.read(output.finish())
        #expect(batch.count == 3)
        for row in 0..<3 {
            #expect(!batch.value.isValid(row))
            #expect(shown(batch.value, row).isEmpty)
            #expect(batch.time?.isValid(row) == false)
            #expect(!batch.fields[0].isValid(row))
            let column = batch.fields[1]
            let number = column.int64s[row]
            #expect(number == Int64(row))
        }
    }
}

private func shown(_ column: Column, _ row: Int) -> String {
    let bytes = column.bytes(row)
    return String(decoding: bytes)
}

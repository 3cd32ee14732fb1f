import PatchbayCSV
import PatchbayCore
import Testing

struct CSVParserTests {
    /// What a text gives when it arrives in chunks of `size` bytes: rows as JSON, and regions.
    private func parse(
        _ text: String, chunk size: Int, options: CSVOptions = CSVOptions(), fields: [String] = ["a", "b"]
    ) -> (rows: [String], regions: [String]) {
        var parser = CSVParser(options: options)
        let output = ParseOutput(schema: parser.bind(FieldRequest(names: fields, all: true)), recordLimit: 3)
        let bytes = Array(text.utf8)
        let buffer = Buffer(capacity: bytes.count)
        buffer.write(bytes.span, at: 0)
        var rows: [String] = []
        var regions: [String] = []
        var start = 0
        var end = min(size, bytes.count)
        while true {
            let isLast = end == bytes.count
            let input = ParseInput(
                buffer: buffer, start: start, end: end, position: UInt64(start), isLast: isLast)
            output.begin(input, part: "x")
            let result = parser.parse(input, into: output)
            regions += output.skipped.map { "\($0.reason.name) \($0.position)+\($0.length)" }
            let batch = output.builder.finish()
            for row in 0..<batch.count { rows.append(Self.show(batch, row)) }
            start += result.consumed
            if result.consumed == 0 || start == end {
                if isLast { break }
                end = min(end + size, bytes.count)
            }
        }
        #expect(start == bytes.count)
        return (rows, regions)
    }

    private static func show(_ batch: Batch, _ row: Int) -> String {
        var text = String(decoding: batch.value.bytes(row))
        for (field, column) in zip(batch.schema.fields, batch.fields) where field.type == .json {
            text += " \(field.name)=" + (column.isValid(row) ? String(decoding: column.bytes(row)) : "none")
        }
        if let rest = batch.fields.last, let keys = rest.mapKeys, let values = rest.mapValues {
            for entry in rest.entryRange(row) {
                let value = values.isValid(entry) ? String(decoding: values.bytes(entry)) : "none"
                text += " \(String(decoding: keys.bytes(entry)))~\(value)"
            }
        }
        return text
    }

    @Test(arguments: [1, 2, 3, 7, 64, 4096])
    func rowsAreTheSameForAnyChunk(size: Int) {
        let text =
            "a,c,b\r\n1,x,-2.5e3\n\"two, \"\"quoted\"\"\nlines\",,007\n\n1,2\nbad\"x,\"y\"z,1\n\"3\",\"\",é\n4,5,6"
        let (rows, regions) = parse(text, chunk: size)
        #expect(
            rows == [
                "1,x,-2.5e3 a=1 b=-2.5e3 c~\"x\"",
                "\"two, \"\"quoted\"\"\nlines\",,007 a=\"two, \\\"quoted\\\"\\nlines\" b=\"007\" c~none",
                "\"3\",\"\",é a=\"3\" b=\"é\" c~\"\"",
                "4,5,6 a=4 b=6 c~5",
            ])
        // Two damaged rows behind each other are one region when one call meets both.
        let skipped = regions.joined(separator: ", ")
        #expect(skipped.hasPrefix("header 0+7, blank 47+1, invalid 48+"), "\(skipped)")
    }

    @Test func bytesAreAccountedForWhateverIsCutOff() {
        let text = "a,b\n\"x\ny\",1\n2,\"3\n"
        for length in 0...text.utf8.count {
            _ = parse(String(decoding: Array(text.utf8).prefix(length), as: UTF8.self), chunk: 5)
        }
        #expect(parse("a,b\n\"x", chunk: 4).regions == ["header 0+4", "truncated 4+2"])
    }

    @Test func namesCanBeGiven() {
        let options = CSVOptions(delimiter: UInt8(ascii: ";"), hasHeader: false, columns: ["b", "a"])
        #expect(parse("1;2\n", chunk: 64, options: options).rows == ["1;2 a=2 b=1"])
    }

    @Test func aByteOrderMarkIsNoPartOfAName() {
        #expect(parse("\u{FEFF}a,b\n1,2\n", chunk: 1).rows == ["1,2 a=1 b=2"])
    }

    @Test func everyByteMayBeDamaged() {
        let text = Array("a,b\n\"x\ny\",1\n2,\"3\"\n4,5\n".utf8)
        for index in text.indices {
            for byte: UInt8 in [0, 0x0A, 0x0D, 0x22, 0x2C, 0xC3, 0xFF] {
                var damaged = text
                damaged[index] = byte
                let repaired = String(decoding: damaged, as: UTF8.self)
                let whole = parse(repaired, chunk: 4096)
                #expect(parse(repaired, chunk: 1).rows == whole.rows)
            }
        }
    }
}

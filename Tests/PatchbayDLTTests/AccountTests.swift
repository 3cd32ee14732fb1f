import PatchbayCore
import PatchbayDLT
import Testing

/// Every byte is in one record or one reported region, and chunk borders change nothing.
@Suite struct AccountTests {
    static let files: [String] =
        ((try? Fixtures.list("variants")) ?? []) + ((try? Fixtures.list("recorded")) ?? [])

    @Test func thereAreSamples() { #expect(Self.files.count == 38) }

    @Test(arguments: files)
    func everyByteIsAccountedFor(_ file: String) throws {
        let bytes = try Fixtures.bytes(file)
        let whole = Reading.of(bytes)
        #expect(whole.gaps(in: bytes.count) == [])
        let small = bytes.count < 8000
        for chunk in [1, 7, 64, 4096] where small || chunk > 500 {
            let request: FieldRequest = small ? .everything : .none
            let expected = small ? whole : Reading.of(bytes, request: .none)
            #expect(Reading.of(bytes, request: request, chunk: chunk) == expected, "chunks of \(chunk)")
        }
        #expect(Reading.of(bytes, recordLimit: 3).rows.count == whole.rows.count)
    }

    /// One parser that serves two outputs in turn keeps their words apart.
    @Test func outputsAreIndependent() {
        var parser = DLTParser()
        let schema = parser.bind(FieldRequest(names: ["ecu", "apid", "subtype", "mode"]))
        let outputs = [ParseOutput(schema: schema), ParseOutput(schema: schema)]
        let other = Messages.storage + Messages.bare([9, 0, 0, 0, 1], info: 0x26).map { $0 == 0x41 ? 0x42 : $0 }
        for (index, bytes) in [Messages.stored("a"), other, other, Messages.stored("b")].enumerated() {
            var reading = Reading()
            let window = Reading.window(bytes, 0, bytes.count, isLast: true)
            reading.read(window, from: 0, &parser, outputs[index % 2])
            let isOther = index == 1 || index == 2
            #expect(reading.rows.first?["apid"] == (isOther ? "BPPI" : "APPI"))
            #expect(reading.rows.first?["subtype"] == (isOther ? "response" : "info"))
            #expect(reading.rows.first?["mode"] == (isOther ? "N" : "V"))
        }
    }

    /// Parsers that go on where `boundary` says give the same records as one that reads everything.
    @Test(arguments: files)
    func boundariesSplitBetweenRecords(_ file: String) throws {
        let bytes = try Fixtures.bytes(file)
        let whole = Reading.of(bytes, request: .none)
        var joined = Reading()
        var start = 0
        var end = 0
        var finder = DLTParser()
        var parser = DLTParser()
        let output = ParseOutput(schema: parser.bind(.none))
        while start < bytes.count {
            end = min(bytes.count, max(start, end) + 3000)
            let input = Reading.window(bytes, start, end, isLast: end == bytes.count)
            let length = finder.boundary(input).consumed
            joined.read(input, from: start, &parser, output)
            #expect(joined.end == start + length)
            start = joined.end
        }
        #expect(joined == whole)
    }
}

extension Reading {
    /// Behind the last record or region.
    var end: Int { max(rows.last?.end ?? 0, regions.last.map { $0.start + $0.length } ?? 0) }

    /// Where records and regions do not touch each other.
    func gaps(in size: Int) -> [Int] {
        var spans = rows.map { ($0.start, $0.end) } + regions.map { ($0.start, $0.start + $0.length) }
        spans.sort { $0.0 < $1.0 }
        var gaps: [Int] = []
        var end = 0
        for span in spans {
            if span.0 != end || span.1 <= span.0 { gaps.append(span.0) }
            end = span.1
        }
        if end != size { gaps.append(end) }
        return gaps
    }
}

import PatchbayCore
import PatchbayDLT
import Testing

/// Every combination of the header's optional parts.
@Suite struct HeaderTests {
    @Test(arguments: 0..<32)
    func optionalPartsAreFound(_ bits: Int) {
        let kind = UInt8(bits) | 0x20
        let isBigEndian = kind & 2 != 0
        let hasExtended = kind & 1 != 0
        let payload: [UInt8] = isBigEndian ? [0, 0, 0, 7] : [7, 0, 0, 0]
        let message = Messages.storage + Messages.bare(payload, info: 0x30, arguments: 2, kind: kind)
        let bytes = message + Messages.stored("next")
        let request = FieldRequest(names: ["message_id"], all: true)
        let reading = Reading.of(bytes, request: request)
        #expect(Reading.of(bytes, request: request, chunk: 1) == reading)
        #expect(reading.rows.count == 2)
        guard let row = reading.rows.first else { return }
        #expect(row.end == message.count)
        #expect(row["time"] == "1700000000000005000")
        #expect(row["ecu"] == (kind & 4 != 0 ? "ECU1" : "STOR"))
        #expect(row["session"] == (kind & 8 != 0 ? "77" : nil))
        #expect(row["timestamp"] == (kind & 16 != 0 ? "1000" : nil))
        #expect(row["apid"] == (hasExtended ? "APPI" : nil))
        #expect(row["ctid"] == (hasExtended ? "CTX1" : nil))
        #expect(row["level"] == (hasExtended ? "warn" : nil))
        #expect(row["noar"] == (hasExtended ? "2" : nil))
        #expect(row["mode"] == "N")
        #expect(row["message_id"] == "7")
        #expect(row["payload"] == "7, ")
    }

    /// Only the fields that were asked for are in the batches, in the order of the schema.
    @Test func onlyWantedFieldsAreMade() {
        var parser = DLTParser()
        let schema = parser.bind(FieldRequest(names: ["payload", "nonsense", "level"]))
        #expect(schema.fields.map(\.name) == ["level", "payload"])
        #expect(schema.hasTime)
        #expect(parser.bind(.none).fields.isEmpty)
        let all = parser.bind(.everything).fields.map(\.name)
        #expect(all.contains("payload") && !all.contains("arguments"))
        #expect(DLTParser.schema.fields.count == all.count + 5)
    }

    /// Values are the messages as they came, at their places.
    @Test func valuesAreTheOriginalBytes() {
        let parts = [Messages.stored("a"), Messages.serial("b"), Messages.stored("c")]
        let bytes = parts.flatMap { $0 }
        let rows = Reading.of(bytes).rows
        #expect(rows.map { Array(bytes[$0.start..<$0.end]) } == parts)
    }
}

import PatchbayCore
import PatchbayDLT
import Testing

/// Non-verbose messages with a table that says what they mean. The ids are those of the recorded file.
@Suite struct DescriptionTests {
    static let descriptions = [
        MessageDescription(
            id: 10, name: "buffer", info: .log(level: 4), application: "NONV", context: "NVCX",
            parts: [.text("Buffer near limit. Free size:"), .value(.unsigned(bytes: 2))]),
        MessageDescription(
            id: 12, name: "temperature", info: .log(level: 2), application: "NONV", context: "NVCX",
            parts: [
                .text("Temperature measurement"), .value(.unsigned(bytes: 1)),
                .value(.float(bytes: 4), name: Bytes("temperature"), unit: Bytes("degC")),
            ]),
        MessageDescription(id: 1013, parts: [.text("Build ID:"), .value(.text)]),
        MessageDescription(
            id: 99_999, parts: [.value(.raw), .value(.bool), .value(.signed(bytes: 8))]),
        MessageDescription(id: 14, parts: [.text("no data")]),
    ]

    private func rows() throws -> [Reading.Row] {
        let reading = Reading.of(
            try Fixtures.bytes("recorded/nonverbose.dlt"), options: DLTOptions(descriptions: Self.descriptions),
            request: FieldRequest(names: ["message_id", "message_name", "arguments"], all: true))
        return reading.rows
    }

    @Test func textsAreAsTheVerboseOnes() throws {
        let rows = try rows()
        let payloads = rows.map { $0["payload"] ?? "" }
        #expect(rows[11]["payload"] == "Buffer near limit. Free size: 100")
        #expect(rows[13]["payload"] == "Temperature measurement 0 21.5")
        #expect(rows[14]["payload"] == "Build ID: id-string")
        #expect(rows[15]["payload"] == "01'02'03'04 1 -1")
        #expect(rows[16]["payload"] == "no data")
        for row in [11, 13, 14, 15, 16] { #expect(payloads.filter { $0 == payloads[row] }.count > 2) }
    }

    @Test func numberedMessagesStayWithoutADescription() throws {
        let row = try rows()[12]
        #expect(row["payload"] == "11, 00 00 00 00 00 00 00 00")
        #expect(row["message_id"] == "11")
        #expect(row["message_name"] == nil)
        #expect(row["arguments"] == nil)
    }

    @Test func argumentsHaveNamesAndUnits() throws {
        let row = try rows()[13]
        #expect(row["message_name"] == "temperature")
        #expect(
            row["arguments"] == #"[{"type":"uint8","value":0},"#
                + #"{"type":"float32","name":"temperature","unit":"degC","value":21.5}]"#)
    }

    /// Without an extended header type, level and ids come from the table.
    @Test func missingHeadersComeFromTheTable() throws {
        let row = try rows()[41]
        #expect(row["apid"] == "NONV")
        #expect(row["ctid"] == "NVCX")
        #expect(row["level"] == "info")
        #expect(row["type"] == "log")
        #expect(row["subtype"] == "info")
        #expect(row["noar"] == nil)
        #expect(try rows()[42]["apid"] == nil)
    }

    @Test func aPayloadThatDoesNotFitIsShown() {
        func payload(_ bytes: [UInt8]) -> String? {
            let message = Messages.storage + Messages.bare(Messages.number(10) + bytes, info: 0x40)
            return Reading.of(message, options: DLTOptions(descriptions: Self.descriptions)).rows.first?["payload"]
        }
        #expect(payload([1]) == "Buffer near limit. Free size: <01>")
        #expect(payload([1, 0, 2, 3]) == "Buffer near limit. Free size: 1 <02 03>")
        #expect(payload([]) == "Buffer near limit. Free size: ")
    }

    @Test func typesAreFoundByName() {
        #expect(TypeInfo(name: "uint16") == .unsigned(bytes: 2))
        #expect(TypeInfo(name: "sint64") == .signed(bytes: 8))
        #expect(TypeInfo(name: "float32") == .float(bytes: 4))
        #expect(TypeInfo(name: "string") == .text)
        #expect(TypeInfo(name: "raw") == .raw)
        #expect(TypeInfo(name: "bool") == .bool)
        #expect(TypeInfo(name: "uint24") == nil)
        #expect(TypeInfo(name: "float8") == nil)
    }
}

import PatchbayComponents
import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct DLTTableTests {
    private func parse(_ messages: ConfigNode, _ message: [UInt8]) throws -> ParserRun {
        var parser = try DLTMessageParser(.of(["messages": messages, "framing": "none"]))
        let schema = try parser.bind(FieldRequest(names: ["payload", "apid", "level"]))
        return try ParserRun(&parser, schema: schema, message, chunk: 1000)
    }

    /// Version 1, little endian, no extended header, id 17, the value 500 in 16 bits.
    private let message: [UInt8] = [0x20, 0x00, 0x00, 0x0A, 0x11, 0x00, 0x00, 0x00, 0xF4, 0x01]

    @Test func theTableGivesNonVerboseMessagesTheirText() throws {
        let table: ConfigNode = [
            ["id": 17, "level": "warn", "apid": "CAR", "ctid": "SPD", "parts": ["speed", "uint16", ["text": "km/h"]]]
        ]
        let record = try #require(try parse(table, message).records.first)
        let texts = record.dropFirst().compactMap(\.text)
        #expect(texts.contains("CAR") && texts.contains("warn"))
        #expect(texts.contains { $0.contains("speed") && $0.contains("500") && $0.contains("km/h") }, "\(texts)")
    }

    @Test func mistakesInTheTableAreExplained() {
        let mistakes: [ConfigNode] = [
            [["level": "warn"]], [["id": -1]], [["id": 1, "level": "loud"]], [["id": 1, "apid": "TOOLONG"]],
            [["id": 1, "color": "red"]], [["id": 1, "parts": [["type": "int7"]]]],
            [["id": 1, "parts": [["texts": "x"]]]],
            [["id": 1, "name": 5]],
        ]
        for table in mistakes {
            let error = #expect(throws: PluginError.self) { try parse(table, message) }
            #expect(error?.code == .configuration)
        }
    }
}

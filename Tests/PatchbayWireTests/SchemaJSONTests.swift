import PatchbayCore
import PatchbayPlugin
import Testing

@Suite struct SchemaJSONTests {
    @Test func aSchemaReadsBackAsItWasWritten() throws {
        let schema = Schema(
            fields: [
                Field("level", .word, order: ["error", "info"]), Field("odd \u{1} name", .json, isOnDemand: true),
            ],
            hasKey: true, hasTime: true, listsTime: false, isOpen: true, textTemplate: "{level}", recordSuffix: [10])
        var json = JSONWriter()
        schema.write(into: &json)
        let again = try Schema(json: try JSONReader.read(json.finish(), file: "s"), source: "s")
        #expect(again.fields.map(\.name) == schema.fields.map(\.name))
        #expect(again.fields.map(\.type) == [.word, .json])
        #expect(again.fields[0].order == ["error", "info"])
        #expect(again.fields[1].isOnDemand)
        #expect(again.hasKey && again.hasTime && !again.listsTime && again.isOpen)
        #expect(again.textTemplate == "{level}" && again.recordSuffix == [10])
    }

    @Test(arguments: [
        #"[]"#, #"{"fields":[{"name":"a","type":"odd"}]}"#,
        #"{"fields":[{"name":"a","type":"utf8"},{"name":"a","type":"utf8"}]}"#,
    ])
    func whatIsNoSchemaIsRefused(_ text: String) throws {
        let tree = try JSONReader.read(Bytes(text), file: "s")
        #expect(throws: PluginError.self) { try Schema(json: tree, source: "s") }
    }
}

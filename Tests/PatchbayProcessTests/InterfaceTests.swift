import PatchbayComponents
import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayServing
import PatchbayWire
import Testing

@Suite struct InterfaceTests {
    @Test func whatAServerPrintsIsAManifestAndAnInterface() throws {
        var registry = PluginRegistry()
        try registry.register(DLTMessageParser.self)
        let factory = try #require(registry.find(.parser, "dlt"))
        let text = Bytes(PluginServer(factory).capabilities())
        let manifest = try PluginManifest(json: text, file: "dlt")
        #expect(manifest.name == "dlt")
        let interface = try ProcessInterface(manifest: try JSONReader.read(text, file: "dlt"))
        #expect(interface.transports == [.unix, .tcp, .stdio])
    }
}

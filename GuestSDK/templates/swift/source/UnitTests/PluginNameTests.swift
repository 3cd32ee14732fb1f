import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin(options: ["count": .int(2)]) { plugin() }
        #expect(try tested.read().last == [.int(1), .int(2)])
    }
}

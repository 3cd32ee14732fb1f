import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin(options: ["limit": .int(4)]) { plugin() }
        try tested.validate([TestRecord("four"), TestRecord("fives")])
        #expect(tested.errors == [TestError(row: 1, message: "too long")])
    }
}

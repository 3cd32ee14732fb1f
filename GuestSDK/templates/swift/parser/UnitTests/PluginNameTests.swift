import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin { plugin() }
        let columns = try tested.parse("name=text\nnothing\n")
        #expect(columns == [[.text("name=text")], [.text("name")], [.text("text")]])
        #expect(tested.regions.count == 1)
    }
}

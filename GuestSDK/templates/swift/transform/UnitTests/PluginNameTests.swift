import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin { plugin() }
        #expect(try tested.transform([TestRecord("four"), TestRecord("")]).last == [.int(4), .int(0)])
    }
}

import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin { plugin() }
        #expect(try tested.aggregate([TestRecord("four"), TestRecord("fives")]) == [[.null], [.int(2)], [.int(9)]])
    }
}

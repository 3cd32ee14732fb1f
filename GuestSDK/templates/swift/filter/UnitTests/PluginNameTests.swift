import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin { plugin() }
        let levels = ["error", "info", "errors"]
        #expect(try tested.filter(levels.map { TestRecord("", ["level": .text($0)]) }) == [true, false, false])
    }
}

import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itDoesWhatItSays() throws {
        let tested = try TestedPlugin { plugin() }
        #expect(try tested.answer("hello", "Ada") == "Hello, Ada!")
        #expect(throws: TestFailure.self) { try tested.answer("goodbye", "Ada") }
    }
}

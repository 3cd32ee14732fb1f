import PatchbayGuestTesting
import Testing

@testable import PluginName

@Suite struct PluginNameTests {
    @Test func itSaysThatItsFileCannotBeOpened() {
        // A test has no host that would open files; `patchbay plugin test` has one.
        #expect(throws: TestFailure(status: -1, message: "the file cannot be opened")) {
            try TestedPlugin(options: ["path": "missing"]) { plugin() }
        }
        #expect(throws: TestFailure(status: -3, message: "there is no path")) { try TestedPlugin { plugin() } }
    }
}

import Foundation
import PatchbayConfig
import Testing

/// Every file of Tests/Fixtures/config against what must be said about it. `PATCHBAY_UPDATE_SNAPSHOTS=1` writes anew.
struct SnapshotTests {
    @Test(arguments: Fixtures.names)
    func saysWhatIsExpected(_ name: String) throws {
        let bytes = try Data(contentsOf: Fixtures.configuration.appending(path: "\(name).yaml"))
        let source = SourceText(file: "\(name).yaml", String(decoding: bytes, as: UTF8.self))
        let report = Fixtures.report(source)
        let expected = Fixtures.configuration.appending(path: "\(name).expected")
        if ProcessInfo.processInfo.environment["PATCHBAY_UPDATE_SNAPSHOTS"] != nil {
            try Data(report.utf8).write(to: expected)
        }
        #expect(try report == String(contentsOf: expected, encoding: .utf8))
    }

    @Test func thereAreSnapshots() { #expect(Fixtures.names.count >= 20) }
}

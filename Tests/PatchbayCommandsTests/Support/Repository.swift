import Foundation
import Testing

/// Files of the repository that tests read.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let dlt = root.appending(path: "Tests/Fixtures/dlt").path

    /// The names of the files in a folder.
    static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
        return names.sorted()
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Compares with a file of Tests/Fixtures/snapshots. `PATCHBAY_UPDATE_SNAPSHOTS=1` writes the file anew.
    static func expect(_ text: String, isSnapshot name: String) throws {
        let file = root.appending(path: "Tests/Fixtures/snapshots/\(name)")
        if ProcessInfo.processInfo.environment["PATCHBAY_UPDATE_SNAPSHOTS"] != nil {
            try Data(text.utf8).write(to: file)
        }
        #expect(try text == String(contentsOf: file, encoding: .utf8))
    }
}

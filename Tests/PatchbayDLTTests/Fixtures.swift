import Foundation
import PatchbayCore

/// The sample files, read from the source tree.
enum Fixtures {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/dlt")

    /// Files recorded from a running daemon that `dlt-convert` reads.
    static let recorded = [
        "alltypes", "alltypes_be", "example_user", "multi_process", "multi_process_long", "nonverbose", "stress_ctx",
        "test_user",
    ]

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// All files below `folder`, as paths relative to the fixtures.
    static func list(_ subfolder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(subfolder).path)
            .sorted().map { "\(subfolder)/\($0)" }
    }

    /// The lines of an expected output; the bytes need not be UTF-8.
    static func lines(_ path: String) throws -> [[UInt8]] {
        var lines = try bytes(path).split(separator: 10, omittingEmptySubsequences: false).map { [UInt8]($0) }
        if lines.last == [] { lines.removeLast() }
        return lines
    }
}

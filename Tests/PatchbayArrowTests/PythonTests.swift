import Foundation
import Testing

/// The Python of `make setup-python`, if pyarrow is there.
private let python: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    let candidates = [ProcessInfo.processInfo.environment["PATCHBAY_PYTHON"], root + "/build/python/bin/python3"]
    return candidates.compactMap { $0 }.first { path in
        (try? run(path, ["-c", "import pyarrow"]).status) == 0
    }
}()

private func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

@Test(.enabled(if: python != nil, "pyarrow is not installed: run make setup-python"))
func pyarrowReadsEveryValue() throws {
    let python = try #require(python)
    let products = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    let library = products.appending(path: "libPatchbayArrowProbe.so").path
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/arrow/compare.py").path
    #expect(FileManager.default.fileExists(atPath: library), "swift build makes \(library)")
    let (status, output) = try run(python, [script, library])
    #expect(status == 0, "\(output)")
    #expect(output.contains("123 batches equal"), "\(output)")
}
